// Attributes and operands of each kind as C++ structures, what reads them from records, and the choice among kinds.
import { capitalized, dtypeName, header } from './text.mjs';

const isPointwise = ({ outputs }) => outputs.out?.form === 'pointwise';

const types = { size: 'Size', number: 'double', flag: 'bool' };

/** A field, and what reads it. `text` is not in records. */
function attributeOf(name, attribute) {
  const { type } = attribute;
  switch (type) {
    case 'text':
      return [];
    case 'op': {
      const list = capitalized(attribute.list);
      return [{ field: `${list} op`, read: `op = static_cast<${list}>(r.code(k${list}Count));` }];
    }
    case 'parameters':
      return [
        {
          field: 'double parameters[kMaxParameters]',
          read: 'for (double& parameter : parameters) parameter = r.number();',
        },
      ];
    case 'size':
      return [{ field: `Size ${name}`, read: `${name} = r.size(${attribute.least}, ${attribute.most});` }];
    default:
      return [{ field: `${types[type]} ${name}`, read: `${name} = r.${type}();` }];
  }
}

const extent = (size) => (typeof size === 'object' ? `${size.of} / ${size.by}` : size);

const product = (sizes) => (sizes.length === 0 ? '1' : `elementCount(${sizes.map(extent).join(', ')})`);

/** Checks of what attributes have to be to each other. */
function relationsOf({ outputs, inputs, windows = [] }) {
  const sizes = [...Object.values(outputs), ...Object.values(inputs)].flatMap((operand) => operand.sizes);
  const quotients = sizes.filter((size) => typeof size === 'object');
  const checks = [
    ...quotients.map(({ of, by }) => `r.expect(${of} % ${by} == 0);`),
    ...windows.map(
      ({ count, stride, kernel, dilation }) =>
        `r.expect(spanOf(${count}, ${stride}, ${kernel}, ${dilation}) <= kMaxSpan);`,
    ),
  ];
  return [...new Set(checks)];
}

/** Fields of an operand, what reads them, and what is checked once all operands are read. */
class Operands {
  fields = [];
  reads = [];
  checks = [];
  #hasDType = false;
  #hasCounts = false;

  add(name, operand, isInput) {
    const { form, sizes } = operand;
    const pointer = `${isInput ? 'const ' : ''}${this.#elementType(operand)}*`;
    if (form === 'tensors') return this.#tensors(name, operand, pointer);
    this.fields.push(`${pointer} ${name}`);
    const read = `${name}_`;
    const take = [`${name} = static_cast<${pointer}>(${read}.data);`, ...this.#dtype(name, read, operand)];
    if (form === 'strided' && operand.optional) {
      this.#strided(name, operand, read, take);
    } else if (operand.optional) {
      const body = [`const Operand ${read} = r.dense(${product(sizes)});`, ...take].map(
        (line) => `  ${line}`,
      );
      this.reads.push(`${name} = nullptr;`, 'if (!r.isOmitted()) {', ...body, '}');
    } else if (form === 'dense') {
      this.reads.push(`const Operand ${read} = r.dense(${product(sizes)});`, ...take);
    } else {
      this.#strided(name, operand, read, take);
    }
  }

  #elementType({ dtype }) {
    return Array.isArray(dtype) && dtype.length === 1 && dtype[0] === 'int32' ? 'std::int32_t' : 'void';
  }

  /** Strides of a matrix are those of its first two axes, the rows being contiguous. */
  #strided(name, { form, sizes, transposed, optional }, read, take) {
    const strides = form === 'matrix' ? sizes.length - 1 : sizes.length;
    this.fields.push(`Size ${name}Strides[${strides}]`);
    const shape = `${name}Shape`;
    const [rows, columns] = sizes.slice(-2);
    const [first, last] =
      transposed === undefined
        ? []
        : [`${transposed} ? ${columns} : ${rows}`, `${transposed} ? ${rows} : ${columns}`];
    const stored = transposed === undefined ? sizes : [...sizes.slice(0, -2), first, last];
    const d = sizes.length - 1;
    const body = [
      `const Size ${shape}[] = {${stored.join(', ')}};`,
      `const Strided<${sizes.length}> ${read} = r.strided(${shape});`,
      `for (int d = 0; d < ${strides}; d++) ${name}Strides[d] = ${read}.strides[d];`,
      ...(form === 'matrix' ? [`r.expect(${shape}[${d}] <= 1 || ${read}.strides[${d}] == 1);`] : []),
      ...take,
    ];
    if (!optional) this.reads.push(...body);
    else
      this.reads.push(`${name} = nullptr;`, 'if (!r.isOmitted()) {', ...body.map((line) => `  ${line}`), '}');
  }

  #dtype(name, read, { dtype }) {
    if (Array.isArray(dtype)) {
      const expected = dtype.map((each) => `${read}.dtype == DType::${dtypeName(each)}`).join(' || ');
      if (dtype.length === 1) return [`r.expect(${expected});`];
      this.fields.push(`DType ${name}DType`);
      return [`${name}DType = ${read}.dtype;`, `r.expect(${expected});`];
    }
    if (dtype === 'result') {
      this.checks.push(`r.expect(${read}.dtype == (isPredicate(op) ? DType::boolean : dtype));`);
      return [];
    }
    if (this.#hasDType) return [`r.expect(${read}.dtype == dtype);`];
    this.#hasDType = true;
    this.fields.push('DType dtype');
    return [`dtype = ${read}.dtype;`, ...(dtype === 'float' ? ['r.expect(!isInteger(dtype));'] : [])];
  }

  #tensors(name, operand, pointer) {
    this.fields.push(`${pointer} ${name}[kMaxTensors]`);
    const dtype = this.#dtype(name, 'tensor', operand);
    const body = this.#hasCounts
      ? ['const Operand tensor = r.dense(elements[i]);']
      : ['const Operand tensor = r.dense();', 'elements[i] = tensor.count;'];
    if (!this.#hasCounts) this.fields.push('Size elements[kMaxTensors]');
    this.#hasCounts = true;
    const read = [...body, `${name}[i] = static_cast<${pointer}>(tensor.data);`, ...dtype];
    this.reads.push(
      'for (Size i = 0; i < count; i++) {',
      ...(operand.when === undefined
        ? read
        : [`${name}[i] = nullptr;`, `if (${operand.when} == 0) continue;`, ...read]
      ).map((line) => `  ${line}`),
      '}',
    );
  }
}

const lines = (list, indent) => list.map((line) => `${' '.repeat(indent)}${line}\n`).join('');

const attributesOf = ({ attributes, elements }) => [
  ...Object.entries(attributes).flatMap(([name, attribute]) => attributeOf(name, attribute)),
  ...(elements === undefined ? [] : [{ field: 'Size elements', read: 'elements = r.size();' }]),
];

const attributesStruct = ([kind, declaration]) =>
  `struct ${capitalized(kind)}Attributes {\n${lines(
    attributesOf(declaration).map(({ field }) => `${field};`),
    2,
  )}};\n`;

export const attributesHeader = ({ kernels }) =>
  header(['"../types.h"'], Object.entries(kernels).map(attributesStruct).join('\n'));

function recordStruct([kind, declaration]) {
  const operands = new Operands();
  if (!isPointwise(declaration)) {
    for (const [name, operand] of Object.entries(declaration.outputs)) operands.add(name, operand, false);
    for (const [name, operand] of Object.entries(declaration.inputs)) operands.add(name, operand, true);
  }
  const fields = operands.fields.map((field) => `${field};`);
  const inputs = Object.keys(declaration.inputs).length;
  if (isPointwise(declaration)) fields.push(`static constexpr int kInputs = ${inputs};`);
  const name = `${capitalized(kind)}Record`;
  const reads = [
    ...attributesOf(declaration).map(({ read }) => read),
    ...relationsOf(declaration),
    ...operands.reads,
    ...operands.checks,
  ];
  const reader = reads.length > 0 ? 'Reader& r' : 'Reader&';
  return `struct ${name} : ${capitalized(kind)}Attributes {
${lines(fields, 2)}
  explicit ${name}(${reader}) {
${lines(reads, 4)}  }
};

${
  isPointwise(declaration)
    ? `Status prepare(const ${name}& call, Reader& operands, void* memory);`
    : `Status prepare(const ${name}& call, void* memory);`
}
`;
}

const choice = ([kind, declaration]) => `    case Kind::${kind}: {
      const ${capitalized(kind)}Record call(r);
      ${
        isPointwise(declaration)
          ? 'return r.valid() ? prepare(call, r, memory) : Status::malformed;'
          : 'return r.valid() && r.atEnd() ? prepare(call, memory) : Status::malformed;'
      }
    }
`;

export const recordsHeader = ({ kernels }) => {
  const entries = Object.entries(kernels);
  const pointwise = entries.filter(([, declaration]) => isPointwise(declaration));
  const ops = pointwise.flatMap(([kind, { attributes }]) =>
    attributes.op === undefined
      ? []
      : [`    case Kind::${kind}:\n      return k${capitalized(attributes.op.list)}Count;\n`],
  );
  return header(
    ['"../call.h"', '"../record.h"', '"attributes.h"'],
    `${entries.map(recordStruct).join('\n')}
Status prepareFused(Reader& record, void* memory);
Status prepareStepOfProducts(Reader& record, void* memory);
Status prepareColumnTotals(Reader& record, void* memory);
Status prepareLines(Reader& record, void* memory);
Status prepareSharedTasks(Reader& record, void* memory);

/** Reads the rest of a record of a kind, and makes its call ready. */
inline Status prepareKind(Kind kind, Reader& r, void* memory) {
  switch (kind) {
${entries.map(choice).join('')}    case Kind::fusedPointwise:
      return prepareFused(r, memory);
    case Kind::stepOfProducts:
      return prepareStepOfProducts(r, memory);
    case Kind::columnTotals:
      return prepareColumnTotals(r, memory);
    case Kind::lines:
      return prepareLines(r, memory);
    case Kind::sharedTasks:
      return prepareSharedTasks(r, memory);
  }
  return Status::malformed;
}

constexpr bool isPointwise(Kind kind) {
  switch (kind) {
${pointwise.map(([kind]) => `    case Kind::${kind}:\n`).join('')}      return true;
    default:
      return false;
  }
}

/** How many codes of ops a pointwise kind has. */
constexpr int opCount(Kind kind) {
  switch (kind) {
${ops.join('')}    default:
      return 1;
  }
}
`,
  );
};
