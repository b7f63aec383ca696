import type { DType } from '../../dtype.ts';
import type { ArithmeticOp, BinaryOp, ComparisonOp, LogicalOp, UnaryOp } from '../kernels.ts';
import type { BufferView, LoweredCallOf } from '../lowered-call.ts';
import { operand, rounded } from './constants.ts';
import { isExact } from './inexact.ts';
import { type Tensorflow, type TfTensor, tfDTypeOf } from './tensorflow.ts';
import { read } from './views.ts';

const isBufferView = (from: BufferView | number): from is BufferView => typeof from === 'object';

/** Elements in another dtype; undefined where TensorFlow.js does not convert as typed arrays do. */
function converted(tf: Tensorflow, x: TfTensor, from: DType, to: DType): TfTensor | undefined {
  if (from === to) return x;
  if (to === 'bool') return tf.notEqual(x, 0);
  if (to === 'uint8' && from !== 'bool') return undefined;
  // TensorFlow itself makes -2^31 of NaN and of what is out of range, instead of 0 and of what wraps.
  if (from === 'float32' && to === 'int32' && tf.getBackend() === 'tensorflow') return undefined;
  return tf.cast(x, tfDTypeOf(to));
}

export function copy(tf: Tensorflow, { outputs, inputs }: LoweredCallOf<'copy'>): TfTensor | undefined {
  const { dtype, shape } = outputs[0]!;
  const from = inputs[0]!;
  if (!isBufferView(from)) return tf.fill([...shape], rounded(from, dtype), tfDTypeOf(dtype));
  return converted(tf, read(tf, from), from.dtype, dtype);
}

/** Undefined where TensorFlow.js has no such function: the host computes it. */
type Unary = (tf: Tensorflow, x: TfTensor, p: number, q: number) => TfTensor | undefined;

const unaryRules: { readonly [O in UnaryOp]: Unary } = {
  neg: (tf, x) => tf.neg(x),
  abs: (tf, x) => tf.abs(x),
  // 0 for NaN, as in PyTorch.
  sign: (tf, x) => tf.sub(tf.cast(tf.greater(x, 0), 'float32'), tf.cast(tf.less(x, 0), 'float32')),
  exp: (tf, x) => tf.exp(x),
  expm1: (tf, x) => tf.expm1(x),
  log: (tf, x) => tf.log(x),
  log1p: (tf, x) => tf.log1p(x),
  sqrt: (tf, x) => tf.sqrt(x),
  rsqrt: (tf, x) => tf.rsqrt(x),
  square: (tf, x) => tf.square(x),
  reciprocal: (tf, x) => tf.reciprocal(x),
  sin: (tf, x) => tf.sin(x),
  cos: (tf, x) => tf.cos(x),
  tanh: (tf, x) => tf.tanh(x),
  // The WASM engine's own is 0 where x < -87.
  sigmoid: (tf, x) =>
    tf.getBackend() === 'wasm' ? tf.reciprocal(tf.add(tf.exp(tf.neg(x)), 1)) : tf.sigmoid(x),
  erf: (tf, x) => tf.erf(x),
  relu: (tf, x) => tf.relu(x),
  leakyRelu: (tf, x, slope) => tf.where(tf.greater(x, 0), x, tf.mul(x, slope)),
  elu: (tf, x, alpha) => tf.where(tf.greater(x, 0), x, tf.mul(tf.expm1(x), alpha)),
  softplus: (tf, x, beta, threshold) => {
    const z = tf.mul(x, beta);
    return tf.where(tf.greater(z, threshold), x, tf.div(tf.log1p(tf.exp(z)), beta));
  },
  floor: (tf, x) => tf.floor(x),
  ceil: (tf, x) => tf.ceil(x),
  round: (tf, x) => tf.round(x),
  trunc: (tf, x) => tf.where(tf.less(x, 0), tf.ceil(x), tf.floor(x)),
  exp2: () => undefined,
  log2: () => undefined,
  log10: () => undefined,
  tan: (tf, x) => tf.tan(x),
  asin: (tf, x) => tf.asin(x),
  acos: (tf, x) => tf.acos(x),
  atan: (tf, x) => tf.atan(x),
  sinh: (tf, x) => tf.sinh(x),
  cosh: (tf, x) => tf.cosh(x),
  asinh: (tf, x) => tf.asinh(x),
  acosh: (tf, x) => tf.acosh(x),
  atanh: (tf, x) => tf.atanh(x),
  erfinv: () => undefined,
  logicalNot: (tf, x) => tf.equal(x, 0),
};

export function unary(tf: Tensorflow, call: LoweredCallOf<'unary'>): TfTensor | undefined {
  const { op, parameters } = call.attributes;
  const x = call.inputs[0] as BufferView;
  if ((x.dtype !== 'float32' && op !== 'logicalNot') || !isExact(tf, op)) return undefined;
  const [p = 0, q = 0] = parameters;
  return unaryRules[op](tf, read(tf, x), p, q);
}

type Binary = (tf: Tensorflow, a: TfTensor, b: TfTensor) => TfTensor;

const arithmeticRules: { readonly [O in ArithmeticOp]: Binary | (() => undefined) } = {
  add: (tf, a, b) => tf.add(a, b),
  sub: (tf, a, b) => tf.sub(a, b),
  mul: (tf, a, b) => tf.mul(a, b),
  div: (tf, a, b) => tf.div(a, b),
  pow: (tf, a, b) => tf.pow(a, b),
  maximum: (tf, a, b) => tf.maximum(a, b),
  minimum: (tf, a, b) => tf.minimum(a, b),
  atan2: (tf, a, b) => tf.atan2(a, b),
  fmod: () => undefined,
  remainder: () => undefined,
  floorDivide: () => undefined,
};

const comparisonRules: { readonly [O in ComparisonOp]: Binary } = {
  eq: (tf, a, b) => tf.equal(a, b),
  ne: (tf, a, b) => tf.notEqual(a, b),
  lt: (tf, a, b) => tf.less(a, b),
  le: (tf, a, b) => tf.lessEqual(a, b),
  gt: (tf, a, b) => tf.greater(a, b),
  ge: (tf, a, b) => tf.greaterEqual(a, b),
};

const logicalRules: { readonly [O in LogicalOp]: Binary } = {
  logicalAnd: (tf, a, b) => tf.logicalAnd(a, b),
  logicalOr: (tf, a, b) => tf.logicalOr(a, b),
  logicalXor: (tf, a, b) => tf.logicalXor(a, b),
};

/** Whether a rule stands in a table, which tells what its operands are. */
const among = <T extends object>(rules: T, op: BinaryOp): op is BinaryOp & keyof T =>
  Object.hasOwn(rules, op);

/** The dtype in which elements of two dtypes can be compared without loss, if TensorFlow.js has one. */
function comparable(inputs: readonly (BufferView | number)[]): DType | undefined {
  const views = inputs.filter(isBufferView);
  const isFloat = views.some(({ dtype }) => dtype === 'float32');
  if (isFloat) return views.some(({ dtype }) => dtype === 'int32') ? undefined : 'float32';
  return inputs.every((x) => isBufferView(x) || rounded(x, 'int32') === x) ? 'int32' : undefined;
}

export function binary(tf: Tensorflow, call: LoweredCallOf<'binary'>): TfTensor | undefined {
  const { inputs, outputs } = call;
  const { op } = call.attributes;
  if (among(arithmeticRules, op)) {
    if (outputs[0]!.dtype !== 'float32' || !isExact(tf, op)) return undefined;
    const [a, b] = inputs.map((x) => operand(tf, x, 'float32')) as [TfTensor, TfTensor];
    return arithmeticRules[op](tf, a, b);
  }
  if (among(logicalRules, op)) {
    const [a, b] = inputs.map((x) => {
      if (!isBufferView(x)) return tf.scalar(x !== 0, 'bool');
      return x.dtype === 'bool' ? read(tf, x) : tf.notEqual(read(tf, x), 0);
    }) as [TfTensor, TfTensor];
    return logicalRules[op](tf, a, b);
  }
  const dtype = comparable(inputs);
  if (dtype === undefined) return undefined;
  const [a, b] = inputs.map((x) => tf.cast(operand(tf, x, dtype), tfDTypeOf(dtype))) as [TfTensor, TfTensor];
  return comparisonRules[op](tf, a, b);
}

export function where(tf: Tensorflow, { outputs, inputs }: LoweredCallOf<'where'>): TfTensor {
  const [condition, a, b] = inputs as readonly [BufferView, BufferView | number, BufferView | number];
  const { dtype } = outputs[0]!;
  const c = read(tf, condition);
  const x = operand(tf, a, dtype);
  const y = operand(tf, b, dtype);
  if (dtype !== 'bool') return tf.where(c, x, y);
  // Select on bools reads beyond their memory in the WASM engine.
  return tf.logicalOr(tf.logicalAnd(c, x), tf.logicalAnd(tf.logicalNot(c), y));
}
