// Codes of dtypes, kinds and ops as C++ enumerations: the same for the native engine and for CUDA.
import { capitalized, dtypeName, header } from './text.mjs';

/** Kinds of records besides the declared ones (native/src/record.h). */
const NATIVE_KINDS = ['fusedPointwise', 'stepOfProducts', 'columnTotals', 'lines', 'sharedTasks'];

const enumeration = (name, names) =>
  `enum class ${name} : int { ${names.join(', ')} };\nconstexpr int k${name}Count = ${names.length};\n`;

/** A list as a macro that calls another one with each name, so that a table has an entry for each op. */
const macro = (name, names) => `#define ${name}(X) ${names.map((each) => `X(${each})`).join(' ')}\n`;

const predicate = (name, ops, predicates) => `/** Whether an op writes bool, whatever it reads. */
constexpr bool isPredicate(${name} op) {
  return ${ops
    .filter((op) => predicates.has(op))
    .map((op) => `op == ${name}::${op}`)
    .join(' || ')};
}
`;

/** A part of a list, with the codes of the whole. */
const subset = (name, list, ops) =>
  `enum class ${name} : int { ${ops.map((op) => `${op} = static_cast<int>(${list}::${op})`).join(', ')} };\n`;

/** The lists as one line of text, for the loader of the library to compare with its own. */
const textOf = (lists) => lists.map((names) => names.map((name) => `${name} `).join('')).join('| ');

export function codesHeader({ dtypes, kernels, opLists, opSubsets, predicates, limits }) {
  const kinds = [...Object.keys(kernels), ...NATIVE_KINDS];
  const lists = Object.entries(opLists);
  const subsets = Object.entries(opSubsets);
  return header(
    [],
    [
      ...[...lists, ...subsets.map(([name, { ops }]) => [name, ops])].map(([name, ops]) =>
        macro(`KD_${name.toUpperCase()}_OPS`, ops),
      ),
      enumeration('DType', dtypes.map(dtypeName)),
      enumeration('Kind', kinds),
      ...lists.map(([name, ops]) => enumeration(capitalized(name), ops)),
      ...subsets.map(([name, { list, ops }]) => subset(capitalized(name), capitalized(list), ops)),
      ...lists
        .filter(([, ops]) => ops.some((op) => predicates.has(op)))
        .map(([name, ops]) => predicate(capitalized(name), ops, predicates)),
      `constexpr char kCodes[] =\n    "${textOf([dtypes, kinds, ...lists.map(([, ops]) => ops)])}";\n`,
      `/** Parameters that one call of an optimizer step takes. */\nconstexpr int kMaxTensors = ${limits.MAX_TENSORS};\n`,
      `/** Numbers that an op takes besides its operands. */\nconstexpr int kMaxParameters = ${limits.MAX_PARAMETERS};\n`,
      `/** Elements that windows span at most. */\nconstexpr double kMaxSpan = ${limits.MAX_SPAN};\n`,
    ].join('\n'),
  );
}
