// Random kernel calls, on no engine yet: plain data that any backend can be given.

const arrays = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};
const dtypeNames = Object.keys(arrays);
const isFloat = (dtype) => dtype.startsWith('float');
const special = [0, -0, 1, -1, 0.5, -0.5, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** Draws that a seed determines. */
export class Draws {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** From [0, 1). */
  next() {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }

  /** A integer in [low, high]. */
  integer(low, high) {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** One of a list. */
  of(list) {
    return list[Math.floor(this.next() * list.length)];
  }

  chance(probability) {
    return this.next() < probability;
  }
}

const numel = (shape) => shape.reduce((product, size) => product * size, 1);

function contiguousStrides(shape) {
  const strides = new Array(shape.length);
  for (let d = shape.length - 1, step = 1; d >= 0; d--) {
    strides[d] = step;
    step *= shape[d];
  }
  return strides;
}

function values(draws, dtype, count, tame) {
  const array = new arrays[dtype](count);
  for (let i = 0; i < count; i++) {
    const kind = draws.next();
    const u = draws.next();
    if (dtype === 'bool') array[i] = u < 0.5 ? 0 : 1;
    else if (dtype === 'uint8') array[i] = Math.floor(u * 256);
    else if (dtype === 'int32') array[i] = tame || kind < 0.8 ? Math.floor(u * 21) - 10 : (u * 2 ** 32) | 0;
    else if (kind < 0.1 && !tame) array[i] = draws.of(special);
    else if (kind < 0.2 && !tame) array[i] = (u - 0.5) * 10 ** (draws.next() * 40 - 20);
    else if (kind < 0.4) array[i] = Math.floor(u * 9) - 4;
    else array[i] = (u - 0.5) * 8;
  }
  return array;
}

/** A view of a shape: any order of axes in memory, steps and gaps, either direction, an offset; or one without gaps. */
function view(draws, dtype, shape, { contiguous = false, tame = false, broadcasts = true } = {}) {
  const front = draws.integer(0, 5);
  const strides = contiguousStrides(shape);
  let offset = front;
  let extent = numel(shape);
  if (!contiguous && draws.chance(0.6)) {
    extent = 1;
    const order = shape.map((_, d) => d).sort(() => draws.next() - 0.5);
    for (const d of order) {
      if (broadcasts && draws.chance(0.25)) {
        strides[d] = 0;
        continue;
      }
      const stride = extent * draws.of([1, 1, 1, 2, 3]);
      const reversed = draws.chance(0.2);
      strides[d] = reversed ? -stride : stride;
      if (reversed) offset += stride * (shape[d] - 1);
      extent = stride * shape[d] + draws.of([0, 0, 1, 4]);
    }
  }
  return { dtype, shape, strides, offset, memory: values(draws, dtype, front + extent, tame) };
}

function anyShape(draws) {
  const u = draws.next();
  if (u < 0.5) return Array.from({ length: draws.integer(0, 5) }, () => draws.integer(1, 6));
  if (u < 0.7) return Array.from({ length: draws.integer(1, 3) }, () => draws.integer(1, 40));
  if (u < 0.85) return [draws.integer(1, 3), draws.integer(500, 1500)];
  return [draws.integer(100, 700), draws.integer(1, 12)];
}

function layout(draws) {
  const u = draws.next();
  if (u < 0.4)
    return { outer: draws.integer(1, 8), length: draws.integer(1, 50), inner: draws.integer(1, 8) };
  if (u < 0.7)
    return { outer: draws.integer(1, 3), length: draws.integer(1, 300), inner: draws.integer(1, 150) };
  return { outer: draws.integer(1, 3), length: draws.integer(1, 3000), inner: 1 };
}

const integerOps = ['neg', 'abs', 'sign', 'relu', 'floor', 'ceil', 'round', 'logicalNot'];

/** Units in the last place that functions of a GPU may be off by, beyond those of the reference. */
const ULPS = 8;

const makers = {
  copy(draws) {
    const [from, to] = [draws.of(dtypeNames), draws.of(dtypeNames)];
    const shape = anyShape(draws);
    const input = draws.chance(0.2) ? draws.of([0, 1, 3, -2, 0.5, 300]) : view(draws, from, shape);
    return { out: view(draws, to, shape, { broadcasts: false }), inputs: [input], attributes: {} };
  },
  unary(draws, { unaryOps }) {
    const op = draws.of(unaryOps);
    const drawn = draws.of(dtypeNames);
    const dtype = integerOps.includes(op) || isFloat(drawn) ? drawn : 'float32';
    const shape = anyShape(draws);
    const out = view(draws, op === 'logicalNot' ? 'bool' : dtype, shape, { broadcasts: false });
    const parameters = draws.of([
      [0.5, 2],
      [1, 20],
      [0.25, 3],
    ]);
    const tame = ['sin', 'cos'].includes(op);
    return {
      out,
      inputs: [view(draws, dtype, shape, { tame })],
      attributes: { op, parameters },
      ulps: op === 'erf' ? 40 : ULPS,
    };
  },
  binary(draws, { arithmeticOps, comparisonOps, logicalOps }) {
    const isArithmetic = draws.chance(0.6);
    const op = draws.of(isArithmetic ? arithmeticOps : [...comparisonOps, ...logicalOps]);
    const drawn = draws.of(dtypeNames);
    const needsFloat = op === 'div' || op === 'pow';
    const dtype = isArithmetic && (needsFloat ? !isFloat(drawn) : drawn === 'bool') ? 'float32' : drawn;
    const shape = anyShape(draws);
    const inputs = [view(draws, dtype, shape), view(draws, dtype, shape)];
    if (draws.chance(0.2)) inputs[draws.integer(0, 1)] = dtype === 'bool' ? 1 : 3;
    if (inputs.every((input) => typeof input === 'number')) inputs[0] = view(draws, dtype, shape);
    return {
      out: view(draws, isArithmetic ? dtype : 'bool', shape, { broadcasts: false }),
      inputs,
      attributes: { op },
      ulps: op === 'pow' ? ULPS : op === 'div' ? 1 : 0,
    };
  },
  where(draws) {
    const dtype = draws.of(dtypeNames);
    const shape = anyShape(draws);
    return {
      out: view(draws, dtype, shape, { broadcasts: false }),
      inputs: [view(draws, 'bool', shape), view(draws, dtype, shape), view(draws, dtype, shape)],
      attributes: {},
    };
  },
  reduce(draws, { reduceOps }) {
    const op = draws.of(reduceOps);
    const drawn = draws.of(dtypeNames);
    const dtype = !isFloat(drawn) && (op === 'sum' || op === 'prod') ? 'int32' : drawn;
    const axes = layout(draws);
    if (op === 'prod') axes.length = Math.min(axes.length, 20);
    const { outer, length, inner } = axes;
    const out = view(draws, op === 'any' || op === 'all' ? 'bool' : dtype, [outer, inner], {
      contiguous: true,
    });
    const tame = op === 'sum' || op === 'prod';
    const input = view(draws, dtype, [outer, length, inner], { contiguous: true, tame });
    return {
      out,
      inputs: [input],
      attributes: { op, ...axes },
      ulps: op === 'prod' ? 20 : 1,
      scale: op === 'sum' ? 4 * length : 0,
    };
  },
  argReduce(draws) {
    const dtype = draws.of(dtypeNames);
    const axes = layout(draws);
    const { outer, length, inner } = axes;
    return {
      out: view(draws, 'int32', [outer, inner], { contiguous: true }),
      inputs: [view(draws, dtype, [outer, length, inner], { contiguous: true })],
      attributes: { ...axes, op: draws.of(['max', 'min']) },
    };
  },
  cumsum(draws) {
    const dtype = draws.of(['uint8', 'int32', 'float32', 'float64']);
    const axes = layout(draws);
    const shape = [axes.outer, axes.length, axes.inner];
    return {
      out: view(draws, dtype, shape, { contiguous: true }),
      inputs: [view(draws, dtype, shape, { contiguous: true, tame: true })],
      attributes: axes,
      scale: 16 * axes.length,
    };
  },
  argsort(draws) {
    const dtype = draws.of(dtypeNames);
    const axes = layout(draws);
    const shape = [axes.outer, axes.length, axes.inner];
    return {
      out: view(draws, 'int32', shape, { contiguous: true }),
      inputs: [view(draws, dtype, shape, { contiguous: true })],
      attributes: { ...axes, descending: draws.chance(0.5) },
    };
  },
  matmul(draws) {
    const size = () => draws.integer(1, draws.of([20, 20, 80, 260]));
    const dtype = draws.of(['float32', 'float32', 'float64', 'int32', 'uint8']);
    const attributes = {
      batch: draws.of([1, 1, 1, 2, 3]),
      m: size(),
      n: size(),
      k: size(),
      transposeA: draws.chance(0.5),
      transposeB: draws.chance(0.5),
    };
    const { batch, m, n, k, transposeA, transposeB } = attributes;
    const matrix = (rows, columns, transposed) => {
      const [lines, length] = transposed ? [columns, rows] : [rows, columns];
      const gap = draws.of([0, 0, 3]);
      const base = view(draws, dtype, [batch * lines * (length + gap)], { contiguous: true, tame: true });
      const repeated = draws.chance(0.3);
      return {
        ...base,
        shape: [batch, lines, length],
        strides: [repeated ? 0 : lines * (length + gap), length + gap, 1],
      };
    };
    const out = view(draws, dtype, [batch, m, n], { contiguous: true });
    return { out, inputs: [matrix(m, k, transposeA), matrix(k, n, transposeB)], attributes, scale: 16 * k };
  },
};

function indexing(kind) {
  return (draws) => {
    const [outer, length, inner, count] = Array.from({ length: 4 }, () => draws.integer(1, 9));
    const adds = kind === 'indexAdd' || kind === 'scatterAdd';
    const dtype = draws.of(adds ? dtypeNames.slice(1) : dtypeNames);
    const each = kind === 'gather' || kind === 'scatterAdd';
    const indices = each ? outer * count * inner : count;
    const memory = Int32Array.from({ length: indices }, () => draws.integer(0, length - 1));
    const [large, small] = [
      [outer, length, inner],
      [outer, count, inner],
    ];
    return {
      out: view(draws, dtype, adds ? large : small, { contiguous: true, tame: true }),
      inputs: [
        view(draws, dtype, adds ? small : large, { contiguous: true, tame: true }),
        { dtype: 'int32', shape: [indices], strides: [1], offset: 0, memory },
      ],
      attributes: { outer, length, inner, count, name: 'pick' },
      scale: 16 * count,
    };
  };
}
for (const kind of ['indexSelect', 'indexAdd', 'gather', 'scatterAdd']) makers[kind] = indexing(kind);

/** Kinds that can be drawn. */
export const kinds = Object.keys(makers);

/** @param operations The lists of operations in backend/kernels. */
export const randomCall = (kind, draws, operations) => ({
  kind,
  ulps: 0,
  scale: 0,
  ...makers[kind](draws, operations),
});

/** Runs a call on a backend; gives all the memory that its output lies in. */
export function run({ kind, out, inputs, attributes }, backend, Storage) {
  const storages = [];
  const place = ({ memory, ...view }) => {
    const storage = new Storage(backend, memory.byteLength);
    storage.retain();
    storages.push(storage);
    backend.write(storage.handle, 0, new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength));
    return { ...view, storage };
  };
  const output = place(out);
  const operands = inputs.map((input) => (typeof input === 'number' ? input : place(input)));
  backend.execute({ kind, outputs: [output], inputs: operands, attributes });
  const bytes = new Uint8Array(out.memory.byteLength);
  backend.read(output.storage.handle, 0, bytes);
  for (const storage of storages) storage.release();
  return new arrays[out.dtype](bytes.buffer, 0, out.memory.length);
}

function ulp(x, dtype) {
  const [digits, smallest] = dtype === 'float32' ? [23, -149] : [52, -1074];
  return 2 ** Math.max(Math.floor(Math.log2(Math.abs(x))) - digits, smallest);
}

/** The first element that is further off than the call allows, in a sentence; undefined where there is none. */
export function difference(call, got, wanted) {
  const { out, kind, attributes, ulps, scale } = call;
  const epsilon = out.dtype === 'float32' ? 1.2e-7 : 2.3e-16;
  const largest = out.dtype === 'float32' ? 3.4028234e38 : Number.MAX_VALUE;
  const near = (x) => Math.max(Math.min(x, largest), -largest);
  for (let i = 0; i < wanted.length; i++) {
    if (got[i] === wanted[i] || (Number.isNaN(got[i]) && Number.isNaN(wanted[i]))) continue;
    const [a, b] = [near(got[i]), near(wanted[i])];
    if (isFloat(out.dtype) && Math.abs(a - b) <= ulps * ulp(b, out.dtype) + scale * epsilon) continue;
    return `${kind} ${JSON.stringify(attributes)} of ${out.dtype}, element ${i} of ${wanted.length}: expected ${wanted[i]}, got ${got[i]}`;
  }
  return undefined;
}
