import type { TypedArray } from '../../dtype.ts';
import { numel } from '../../shape.ts';
import type { Operand, View } from '../backend.ts';
import type { BinaryOp, KernelCallOf, UnaryOp } from '../kernels.ts';
import { elementsOf, type Reader, reader } from './elements.ts';
import { erf, erfinv, floorQuotient, floorRemainder, roundHalfEven } from './special.ts';

type Unary = (x: number, a: number, b: number) => number;
type Binary = (a: number, b: number) => number;

const unaryRules: { readonly [O in UnaryOp]: Unary } = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  square: (x) => x * x,
  reciprocal: (x) => 1 / x,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid: (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
  erf,
  relu: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  leakyRelu: (x, slope) => (x > 0 ? x : x * slope),
  elu: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x)),
  softplus: (x, beta, threshold) => (x * beta > threshold ? x : Math.log1p(Math.exp(x * beta)) / beta),
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
  trunc: Math.trunc,
  exp2: (x) => 2 ** x,
  log2: Math.log2,
  log10: Math.log10,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  erfinv,
  logicalNot: (x) => (x === 0 ? 1 : 0),
};

/**
 * Where PyTorch's float32 kernels round between steps by an amount that training shows, so does the specification:
 * the steps of 1/(1 + e⁻ˣ), which is 1 from x = 16.7 on.
 */
const float32Rules: Partial<Record<UnaryOp, Unary>> = {
  sigmoid: (x) => (x < 0 ? unaryRules.sigmoid(x, 0, 0) : 1 / Math.fround(1 + Math.fround(Math.exp(-x)))),
};

/** Math.pow, but 1ʸ = 1 and (−1)^±∞ = 1 as IEEE 754 has it. */
const pow: Binary = (a, b) => (a === 1 || (a === -1 && !Number.isFinite(b) && !Number.isNaN(b)) ? 1 : a ** b);

const binaryRules: { readonly [O in BinaryOp]: Binary } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow,
  maximum: Math.max,
  minimum: Math.min,
  atan2: Math.atan2,
  fmod: (a, b) => a % b,
  remainder: floorRemainder,
  floorDivide: floorQuotient,
  eq: (a, b) => (a === b ? 1 : 0),
  ne: (a, b) => (a !== b ? 1 : 0),
  lt: (a, b) => (a < b ? 1 : 0),
  le: (a, b) => (a <= b ? 1 : 0),
  gt: (a, b) => (a > b ? 1 : 0),
  ge: (a, b) => (a >= b ? 1 : 0),
  logicalAnd: (a, b) => (a !== 0 && b !== 0 ? 1 : 0),
  logicalOr: (a, b) => (a !== 0 || b !== 0 ? 1 : 0),
  logicalXor: (a, b) => ((a !== 0) !== (b !== 0) ? 1 : 0),
};

/** Products and powers of int32 wrap around as in two's complement, where doubles would round; negative powers are cut off. */
const integerRules: Partial<Record<BinaryOp, Binary>> = {
  mul: Math.imul,
  pow: (base, exponent) => {
    if (exponent < 0) return base === 1 ? 1 : base === -1 ? 1 - 2 * (exponent & 1) : 0;
    let result = 1;
    for (let e = exponent, b = base; e > 0; e >>>= 1, b = Math.imul(b, b)) {
      if (e & 1) result = Math.imul(result, b);
    }
    return result;
  },
};

/** Reads operands element by element: through a list of positions where the layout is not plain. */
const at = ({ array, offset, order, step }: Reader, i: number): number =>
  order === undefined ? array[offset + i * step]! : array[order[i]!]!;

const isPlain = (r: Reader): boolean => r.order === undefined;

function writer(out: View): { array: TypedArray; place: (i: number) => number; offset: number | undefined } {
  const { order, offset } = reader(out);
  const array = elementsOf(out);
  if (order === undefined) return { array, place: (i) => offset + i, offset };
  return { array, place: (i) => order[i]!, offset: undefined };
}

export function unary({ outputs, inputs, attributes }: KernelCallOf<'unary'>): void {
  const rule =
    (outputs[0]!.dtype === 'float32' ? float32Rules[attributes.op] : undefined) ?? unaryRules[attributes.op];
  const [p = 0, q = 0] = attributes.parameters;
  const x = reader(inputs[0]!);
  const { array, place, offset } = writer(outputs[0]!);
  const count = numel(outputs[0]!.shape);
  if (isPlain(x) && offset !== undefined) {
    const { array: xs, offset: xo, step } = x;
    for (let i = 0; i < count; i++) array[offset + i] = rule(xs[xo + i * step]!, p, q);
  } else {
    for (let i = 0; i < count; i++) array[place(i)] = rule(at(x, i), p, q);
  }
}

const isInteger = (operand: Operand): boolean =>
  typeof operand === 'object' && (operand.dtype === 'int32' || operand.dtype === 'uint8');

export function binary({ outputs, inputs, attributes: { op } }: KernelCallOf<'binary'>): void {
  const rule = (inputs.some(isInteger) ? integerRules[op] : undefined) ?? binaryRules[op];
  const [a, b] = inputs.map(reader) as [Reader, Reader];
  const { array, place, offset } = writer(outputs[0]!);
  const count = numel(outputs[0]!.shape);
  if (isPlain(a) && isPlain(b) && offset !== undefined) {
    for (let i = 0; i < count; i++) {
      array[offset + i] = rule(a.array[a.offset + i * a.step]!, b.array[b.offset + i * b.step]!);
    }
  } else {
    for (let i = 0; i < count; i++) array[place(i)] = rule(at(a, i), at(b, i));
  }
}

export function where({ outputs, inputs }: KernelCallOf<'where'>): void {
  const [condition, a, b] = inputs.map(reader) as [Reader, Reader, Reader];
  const { array, place } = writer(outputs[0]!);
  const count = numel(outputs[0]!.shape);
  for (let i = 0; i < count; i++) array[place(i)] = at(condition, i) !== 0 ? at(a, i) : at(b, i);
}

/** Typed arrays convert as the kernel asks (truncation, wrapping), but for bool. */
export function copy({ outputs, inputs }: KernelCallOf<'copy'>): void {
  const [out] = outputs as [View];
  const x = reader(inputs[0]!);
  const { array, place, offset } = writer(out);
  const count = numel(out.shape);
  const toBool = out.dtype === 'bool' && !(typeof inputs[0] === 'object' && inputs[0].dtype === 'bool');
  if (isPlain(x) && offset !== undefined && !toBool) {
    if (x.step === 0) array.fill(x.array[x.offset]!, offset, offset + count);
    else array.set(x.array.subarray(x.offset, x.offset + count), offset);
    return;
  }
  for (let i = 0; i < count; i++) {
    const value = at(x, i);
    array[place(i)] = toBool ? Number(value !== 0) : value;
  }
}
