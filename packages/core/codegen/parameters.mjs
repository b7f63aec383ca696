// The structures that CUDA kernels take by value.
import { header } from './text.mjs';

const scalars = { float32: 'float', float64: 'double' };

const scalarType = (name) => scalars[name] ?? `std::${name}_t`;

/** `const int32*` as C++ has it. */
const pointerType = (name) => name.replace(/\bu?int(?:32|64)\b/, (scalar) => `std::${scalar}_t`);

export function parametersHeader({ structs, limits }) {
  const { ErrorCell, ...others } = structs;
  const names = new Map(Object.entries(structs).map(([name, struct]) => [struct, name]));
  const typeOf = (element) => {
    if (typeof element !== 'string') return names.get(element);
    return element.endsWith('*') ? pointerType(element) : scalarType(element);
  };
  const fieldOf = ([name, field]) => {
    const [element, ...lengths] = Array.isArray(field) ? field : [field];
    return `  ${typeOf(element)} ${name}${lengths.map((length) => `[${length}]`).join('')};\n`;
  };
  const structOf = (struct) =>
    `struct ${names.get(struct)} {\n${Object.entries(struct.fields).map(fieldOf).join('')}};\n`;
  // A structure stands behind those that it is made of, and all behind the one that they point to.
  const ordered = new Set();
  const place = (struct) => {
    for (const field of Object.values(struct.fields)) {
      const element = Array.isArray(field) ? field[0] : field;
      if (typeof element !== 'string') place(element);
    }
    ordered.add(struct);
  };
  place({ fields: { ErrorCell, ...others } });
  return header(
    ['<cstdint>'],
    [
      `/** Axes of a strided launch. */\nconstexpr int kMaxRank = ${limits.MAX_RANK};\n`,
      ...[...ordered].filter((struct) => names.has(struct)).map(structOf),
    ].join('\n'),
  );
}
