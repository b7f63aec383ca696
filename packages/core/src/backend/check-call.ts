import { type DType, isFloat } from '../dtype.ts';
import { formatShape, KindlingError } from '../errors.ts';
import {
  type AxisLayout,
  activations,
  arithmeticOps,
  type ClassLayout,
  comparisonOps,
  type KernelKind,
  logicalOps,
  MAX_TENSORS,
  type PickLayout,
  reduceOps,
  type StepKind,
  unaryOps,
} from './kernels.ts';
import type { Place, PlacedCall, PlacedCallOf } from './placed-call.ts';

type Operand = Place | number;

/** A call that its kind does not allow. What it throws is a defect of the caller. */
function refuse({ kind }: PlacedCall, expected: string, got: string): never {
  throw new KindlingError(`${kind}: expected ${expected}, got ${got}`);
}

const textOf = (operand: Operand | undefined): string =>
  typeof operand === 'object'
    ? `${operand.dtype} ${formatShape(operand.shape)} with strides ${formatShape(operand.strides)} at ${operand.offset}`
    : String(operand);

/** The bytes of an element, told by comparisons, which take less time than a table. */
function bytesOf(call: PlacedCall, { dtype, storage }: Place): number {
  if (storage.handle === undefined) refuse(call, 'operands that have not been disposed', 'a disposed one');
  if (dtype === 'float32' || dtype === 'int32') return 4;
  if (dtype === 'float64') return 8;
  if (dtype !== 'bool' && dtype !== 'uint8') refuse(call, 'a dtype', String(dtype));
  return 1;
}

/** Checks that all of a view's elements lie in its storage, and counts them. */
function elementsOf(call: PlacedCall, view: Place): number {
  const { shape, strides, offset, storage } = view;
  const bytes = bytesOf(call, view);
  let whole = strides.length === shape.length && Number.isInteger(offset);
  let count = 1;
  let first = offset;
  let last = offset;
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d]!;
    const reach = (size - 1) * strides[d]!;
    whole &&= Number.isInteger(size) && size >= 0 && Number.isInteger(reach);
    count *= size;
    if (reach < 0) first += reach;
    else last += reach;
  }
  if (
    !whole ||
    (count > 0 && !(first >= 0 && (last + 1) * bytes <= (storage.byteLength ?? Number.POSITIVE_INFINITY)))
  ) {
    refuse(call, `operands within their ${storage.byteLength} bytes`, textOf(view));
  }
  return count;
}

function viewAt(call: PlacedCall, operands: readonly Operand[], i: number): Place {
  const operand = operands[i];
  if (typeof operand !== 'object' || operand === null)
    refuse(call, `a tensor as operand ${i}`, String(operand));
  return operand;
}

/** Checks a view of `count` elements without gaps, of a dtype. */
function dense(call: PlacedCall, view: Place | undefined, count: number, dtype: DType): void {
  if (view === undefined) refuse(call, 'one more operand', 'none');
  const { shape, strides, offset, storage } = view;
  const bytes = bytesOf(call, view);
  let whole = strides.length === shape.length;
  let expected = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d]!;
    whole &&= size >= 0 && (size <= 1 || strides[d] === expected || expected === 0);
    expected *= size;
  }
  const fits =
    whole &&
    expected === count &&
    Number.isInteger(offset) &&
    offset >= 0 &&
    (offset + count) * bytes <= (storage.byteLength ?? Number.POSITIVE_INFINITY);
  if (fits && view.dtype === dtype) return;
  refuse(call, `${count} elements of ${dtype} without gaps within ${storage.byteLength} bytes`, textOf(view));
}

/** Checks the number of operands. */
function arity(call: PlacedCall, outputs: number, least: number, most = least): void {
  const given = call.inputs.length;
  if (call.outputs.length === outputs && given >= least && given <= most) return;
  refuse(call, `${outputs} outputs and ${least} inputs`, `${call.outputs.length} and ${given}`);
}

/** Checks that an attribute is an integer of `least` or more. */
function size(call: PlacedCall, least: number, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= least))
    refuse(call, `integer sizes of at least ${least}`, String(value));
}

/** Checks an attribute that may be any number. */
function number(call: PlacedCall, value: number): void {
  if (typeof value !== 'number') refuse(call, 'numbers as attributes', String(value));
}

/** Checks an attribute that is a part of a message. */
function text(call: PlacedCall, value: string): void {
  if (typeof value !== 'string') refuse(call, 'strings for messages', String(value));
}

function parameters(call: PlacedCall, values: readonly number[]): void {
  if (!Array.isArray(values)) refuse(call, 'an array of parameters', String(values));
  for (let i = 0; i < values.length; i++) number(call, values[i]!);
}

const unaryNames: ReadonlySet<string> = new Set(unaryOps);
const binaryNames: ReadonlySet<string> = new Set([...arithmeticOps, ...comparisonOps, ...logicalOps]);
const reduceNames: ReadonlySet<string> = new Set(reduceOps);
const activationNames: ReadonlySet<string> = new Set(activations);

function named(call: PlacedCall, op: string, known: ReadonlySet<string>): void {
  if (!known.has(op)) refuse(call, 'an operation that engines support', String(op));
}

/** Checks an output, and inputs of its shape or numbers. */
function pointwise(call: PlacedCall, inputs: number): void {
  arity(call, 1, inputs);
  const out = call.outputs[0]!;
  elementsOf(call, out);
  for (let d = 0; d < out.shape.length; d++) {
    if (out.strides[d] === 0 && out.shape[d]! > 1)
      refuse(call, 'an output whose elements do not share memory', textOf(out));
  }
  for (let i = 0; i < inputs; i++) {
    const input = call.inputs[i]!;
    if (typeof input === 'number') continue;
    elementsOf(call, viewAt(call, call.inputs, i));
    let same = input.shape.length === out.shape.length;
    for (let d = 0; d < out.shape.length; d++) same &&= input.shape[d] === out.shape[d];
    if (!same)
      refuse(call, `inputs of the output's shape ${formatShape(out.shape)}`, formatShape(input.shape));
  }
}

function floatOf(call: PlacedCall, view: Place): DType {
  if (!isFloat(view.dtype)) refuse(call, 'floats', textOf(view));
  return view.dtype;
}

/** The numbers of elements along, and of a line's neighbors. */
function axis(call: PlacedCall, { outer, length, inner }: AxisLayout, least: number): number {
  size(call, 0, outer);
  size(call, 0, inner);
  size(call, least, length);
  return outer * inner;
}

/** The largest position that an int32 holds. */
const MOST_POSITIONS = 2 ** 31;

function positions(call: PlacedCall, length: number): void {
  if (length > MOST_POSITIONS) refuse(call, `an axis of at most 2^31 elements`, String(length));
}

function pick(call: PlacedCallOf<'indexSelect' | 'indexAdd' | 'gather' | 'scatterAdd'> & PlacedCall): void {
  arity(call, 1, 2);
  const { kind, attributes, outputs } = call;
  const { length, count, name }: PickLayout = attributes;
  text(call, name);
  const lines = axis(call, attributes, 0);
  size(call, 0, count);
  const adds = kind === 'indexAdd' || kind === 'scatterAdd';
  const each = kind === 'gather' || kind === 'scatterAdd';
  const { dtype } = outputs[0]!;
  dense(call, outputs[0], lines * (adds ? length : count), dtype);
  dense(call, viewAt(call, call.inputs, 0), lines * (adds ? count : length), dtype);
  dense(call, viewAt(call, call.inputs, 1), each ? lines * count : count, 'int32');
}

function softmax(call: PlacedCallOf<'softmax' | 'softmaxBackward'> & PlacedCall, inputs: number): void {
  arity(call, 1, inputs);
  const { attributes, outputs } = call;
  const count = axis(call, attributes, 1) * attributes.length;
  const dtype = floatOf(call, outputs[0]!);
  dense(call, outputs[0], count, dtype);
  for (let i = 0; i < inputs; i++) dense(call, viewAt(call, call.inputs, i), count, dtype);
}

function classTarget(call: PlacedCall, target: Place, { rows, classes, ignoreIndex }: ClassLayout): void {
  size(call, 0, rows);
  size(call, 1, classes);
  number(call, ignoreIndex);
  dense(call, target, rows, target.dtype === 'uint8' ? 'uint8' : 'int32');
}

/** A loss of pairs, or with the gradient of it as one more input, its slopes. */
function pairs(
  call: PlacedCallOf<'mse' | 'bce' | 'mseBackward' | 'bceBackward'> & PlacedCall,
  backward: boolean,
): void {
  arity(call, 1, backward ? 3 : 2);
  number(call, call.attributes.divisor);
  const x = viewAt(call, call.inputs, 0);
  const dtype = floatOf(call, x);
  const count = elementsOf(call, x);
  dense(call, x, count, dtype);
  dense(call, viewAt(call, call.inputs, 1), count, dtype);
  dense(call, call.outputs[0], backward ? count : 1, dtype);
  if (backward) dense(call, viewAt(call, call.inputs, 2), 1, dtype);
}

/** Steps of an optimizer: so many tensors are kept of each parameter, and so many numbers change from step to step. */
function step(call: PlacedCallOf<StepKind> & PlacedCall, kept: number, varying: number): void {
  const { outputs, inputs, attributes } = call;
  const { count } = attributes;
  size(call, 1, count);
  if (count > MAX_TENSORS) refuse(call, `at most ${MAX_TENSORS} parameters`, String(count));
  if (outputs.length !== count * (1 + kept) || inputs.length !== 1 + count) {
    refuse(
      call,
      `${count} gradients, and ${kept} state tensors of each parameter`,
      `${inputs.length - 1} gradients and ${outputs.length} outputs`,
    );
  }
  const dtype = floatOf(call, outputs[0]!);
  dense(call, viewAt(call, inputs, 0), varying, dtype);
  for (let i = 0; i < count; i++) {
    const elements = elementsOf(call, outputs[i]!);
    for (let group = 0; group <= kept; group++) dense(call, outputs[group * count + i], elements, dtype);
    dense(call, viewAt(call, inputs, 1 + i), elements, dtype);
  }
}

type Rules = { readonly [K in KernelKind]: (call: PlacedCallOf<K> & PlacedCall) => void };

/** What each kind asks of its operands and attributes (see `kernels.ts`). */
const rules: Rules = {
  copy: (call) => pointwise(call, 1),
  unary: (call) => {
    named(call, call.attributes.op, unaryNames);
    parameters(call, call.attributes.parameters);
    pointwise(call, 1);
  },
  binary: (call) => {
    named(call, call.attributes.op, binaryNames);
    pointwise(call, 2);
  },
  where: (call) => {
    pointwise(call, 3);
    viewAt(call, call.inputs, 0);
  },
  activationBackward: (call) => {
    named(call, call.attributes.op, activationNames);
    parameters(call, call.attributes.parameters);
    pointwise(call, 2);
    const { dtype } = call.outputs[0]!;
    for (let i = 0; i < 2; i++)
      if (viewAt(call, call.inputs, i).dtype !== dtype)
        refuse(call, `operands of ${dtype}`, textOf(call.inputs[i]));
  },
  reduce: (call) => {
    arity(call, 1, 1);
    const { attributes, outputs } = call;
    named(call, attributes.op, reduceNames);
    const lines = axis(call, attributes, 1);
    const x = viewAt(call, call.inputs, 0);
    dense(call, x, lines * attributes.length, x.dtype);
    dense(call, outputs[0], lines, attributes.op === 'any' || attributes.op === 'all' ? 'bool' : x.dtype);
  },
  argReduce: (call) => {
    arity(call, 1, 1);
    const { attributes, outputs } = call;
    if (attributes.op !== 'max' && attributes.op !== 'min') refuse(call, 'max or min', String(attributes.op));
    const lines = axis(call, attributes, 1);
    positions(call, attributes.length);
    const x = viewAt(call, call.inputs, 0);
    dense(call, x, lines * attributes.length, x.dtype);
    dense(call, outputs[0], lines, 'int32');
  },
  cumsum: (call) => {
    arity(call, 1, 1);
    const count = axis(call, call.attributes, 0) * call.attributes.length;
    const { dtype } = call.outputs[0]!;
    dense(call, viewAt(call, call.inputs, 0), count, dtype);
    dense(call, call.outputs[0], count, dtype);
  },
  argsort: (call) => {
    arity(call, 1, 1);
    const count = axis(call, call.attributes, 0) * call.attributes.length;
    positions(call, call.attributes.length);
    const x = viewAt(call, call.inputs, 0);
    dense(call, x, count, x.dtype);
    dense(call, call.outputs[0], count, 'int32');
  },
  matmul: (call) => {
    arity(call, 1, 2, 3);
    const { batch, m, n, k, transposeA, transposeB } = call.attributes;
    size(call, 0, batch);
    size(call, 0, m);
    size(call, 0, n);
    size(call, 1, k);
    const { dtype } = call.outputs[0]!;
    dense(call, call.outputs[0], batch * m * n, dtype);
    matrix(call, 0, dtype, batch, transposeA ? k : m, transposeA ? m : k);
    matrix(call, 1, dtype, batch, transposeB ? n : k, transposeB ? k : n);
    if (call.inputs.length > 2) dense(call, viewAt(call, call.inputs, 2), n, dtype);
  },
  indexSelect: pick,
  indexAdd: pick,
  gather: pick,
  scatterAdd: pick,
  assertRange: (call) => {
    arity(call, 0, 1);
    const { low, high, except, expected, rest } = call.attributes;
    text(call, expected);
    text(call, rest);
    number(call, low);
    number(call, high);
    number(call, except);
    const x = viewAt(call, call.inputs, 0);
    dense(call, x, elementsOf(call, x), x.dtype);
  },
  softmax: (call) => softmax(call, 1),
  softmaxBackward: (call) => softmax(call, 2),
  crossEntropy: (call) => {
    arity(call, 3, 2);
    const { rows, classes } = call.attributes;
    const x = viewAt(call, call.inputs, 0);
    const dtype = floatOf(call, x);
    classTarget(call, viewAt(call, call.inputs, 1), call.attributes);
    dense(call, x, rows * classes, dtype);
    dense(call, call.outputs[0], rows, dtype);
    dense(call, call.outputs[1], rows * classes, dtype);
    dense(call, call.outputs[2], 1, dtype);
  },
  crossEntropyBackward: (call) => {
    arity(call, 1, 3);
    const { rows, classes } = call.attributes;
    const logs = viewAt(call, call.inputs, 0);
    const grad = viewAt(call, call.inputs, 2);
    const dtype = floatOf(call, logs);
    classTarget(call, viewAt(call, call.inputs, 1), call.attributes);
    dense(call, logs, rows * classes, dtype);
    dense(call, call.outputs[0], rows * classes, dtype);
    if (elementsOf(call, grad) !== rows || grad.shape.length !== 1 || grad.dtype !== dtype)
      refuse(call, `a gradient of ${dtype} [${rows}]`, textOf(grad));
  },
  mse: (call) => pairs(call, false),
  mseBackward: (call) => pairs(call, true),
  bce: (call) => pairs(call, false),
  bceBackward: (call) => pairs(call, true),
  layerNorm: (call) => {
    arity(call, 3, 1, 3);
    const { rows, length, eps } = call.attributes;
    size(call, 0, rows);
    size(call, 1, length);
    number(call, eps);
    const dtype = floatOf(call, call.outputs[0]!);
    dense(call, call.outputs[0], rows * length, dtype);
    dense(call, call.outputs[1], rows, dtype);
    dense(call, call.outputs[2], rows, dtype);
    dense(call, viewAt(call, call.inputs, 0), rows * length, dtype);
    for (let i = 1; i < call.inputs.length; i++) dense(call, viewAt(call, call.inputs, i), length, dtype);
  },
  layerNormBackward: (call) => {
    const { outputs, inputs } = call;
    const { rows, length } = call.attributes;
    if (outputs.length < 1 || outputs.length > 3) refuse(call, '1 to 3 outputs', String(outputs.length));
    arity(call, outputs.length, 4, 5);
    size(call, 0, rows);
    size(call, 1, length);
    const dtype = floatOf(call, outputs[0]!);
    dense(call, outputs[0], rows * length, dtype);
    for (let i = 1; i < outputs.length; i++) dense(call, outputs[i], length, dtype);
    dense(call, viewAt(call, inputs, 0), rows * length, dtype);
    dense(call, viewAt(call, inputs, 1), rows * length, dtype);
    dense(call, viewAt(call, inputs, 2), rows, dtype);
    dense(call, viewAt(call, inputs, 3), rows, dtype);
    if (inputs.length > 4) dense(call, viewAt(call, inputs, 4), length, dtype);
  },
  sgdStep: (call) => {
    const { weightDecay, momentum, dampening } = call.attributes;
    number(call, weightDecay);
    number(call, momentum);
    number(call, dampening);
    step(call, momentum === 0 ? 0 : 1, 1);
  },
  adamStep: (call) => {
    const { weightDecay, beta1, beta2, eps, amsgrad } = call.attributes;
    number(call, weightDecay);
    number(call, beta1);
    number(call, beta2);
    number(call, eps);
    step(call, amsgrad ? 3 : 2, 3);
  },
  rmspropStep: (call) => {
    const { weightDecay, alpha, eps, momentum, centered } = call.attributes;
    number(call, weightDecay);
    number(call, alpha);
    number(call, eps);
    number(call, momentum);
    step(call, 1 + (momentum === 0 ? 0 : 1) + (centered ? 1 : 0), 1);
  },
  adagradStep: (call) => {
    number(call, call.attributes.weightDecay);
    number(call, call.attributes.eps);
    step(call, 1, 1);
  },
};

/** Checks an operand of a product: so many rows and columns as stored, neighbors in a row side by side. */
function matrix(
  call: PlacedCall,
  i: number,
  dtype: DType,
  batch: number,
  rows: number,
  columns: number,
): void {
  const view = viewAt(call, call.inputs, i);
  const { shape, strides } = view;
  elementsOf(call, view);
  const fits =
    view.dtype === dtype &&
    shape.length === 3 &&
    shape[0] === batch &&
    shape[1] === rows &&
    shape[2] === columns &&
    (columns <= 1 || strides[2] === 1);
  if (!fits) refuse(call, `operand ${i} as ${dtype} [${batch}, ${rows}, ${columns}]`, textOf(view));
}

/**
 * Checks a call before an engine that trusts addresses runs it: the number of operands, their dtypes and shapes against the attributes,
 * every element inside of the operand's storage, every name known. Ops make calls that pass; what does not is a defect, and becomes
 * an error instead of access to memory of others.
 *
 * @throws KindlingError with the kind, what it expects and what came.
 */
export function checkCall(call: PlacedCall): void {
  const rule = rules[call.kind] as ((call: PlacedCall) => void) | undefined;
  if (rule === undefined) refuse(call, 'a kind of kernel that engines support', String(call.kind));
  rule(call);
}

/** Throws unless bytes that the host copies lie in a block. */
export function assertInside(
  op: string,
  block: { readonly capacity: number } | undefined,
  byteOffset: number,
  byteLength: number,
): void {
  if (block !== undefined && byteOffset >= 0 && byteOffset + byteLength <= block.capacity) return;
  throw new KindlingError(
    `${op}: expected bytes within the memory's ${block?.capacity ?? 0}, got ${byteLength} from ${byteOffset} on`,
  );
}
