import type { Operand, View } from './backend.ts';

export const unaryOps = [
  'neg',
  'abs',
  'sign',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sqrt',
  'rsqrt',
  'square',
  'reciprocal',
  'sin',
  'cos',
  'tanh',
  'sigmoid',
  'erf',
  'relu',
  'leakyRelu',
  'elu',
  'softplus',
  'floor',
  'ceil',
  'round',
  'logicalNot',
] as const;
export type UnaryOp = (typeof unaryOps)[number];

export const arithmeticOps = ['add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum'] as const;
export const comparisonOps = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;
export const logicalOps = ['logicalAnd', 'logicalOr', 'logicalXor'] as const;
export type ArithmeticOp = (typeof arithmeticOps)[number];
export type ComparisonOp = (typeof comparisonOps)[number];
export type LogicalOp = (typeof logicalOps)[number];
export type BinaryOp = ArithmeticOp | ComparisonOp | LogicalOp;

export const reduceOps = ['sum', 'prod', 'max', 'min', 'any', 'all'] as const;
export type ReduceOp = (typeof reduceOps)[number];

/** A tensor seen as three axes, the middle one being worked along: `[outer, length, inner]`, contiguous. */
export interface AxisLayout {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** An {@link AxisLayout} and the number of positions picked along its middle axis: `[outer, count, inner]`. */
export interface PickLayout extends AxisLayout {
  readonly count: number;
  /** The operation that an index out of range is reported for. */
  readonly name: string;
}

/**
 * Every kernel kind and its attributes, once. Operands stand in the order given here, outputs first.
 *
 * Pointwise kinds (`copy` to `where`) take any strides, negative ones included; inputs have the output's shape (broadcasting is
 * stride 0) or are numbers. Apart from `copy`, comparisons and logic, operands share one dtype. An output may
 * be the same view as an input. The other kinds take contiguous operands.
 */
export interface KernelAttributes {
  /** out ← input, converted to out's dtype: floats to integers by truncation, anything non-zero to true. */
  copy: Record<never, never>;
  /** out ← op(input). `parameters`: leakyRelu [negativeSlope], elu [alpha], softplus [beta, threshold]. */
  unary: { readonly op: UnaryOp; readonly parameters: readonly number[] };
  /** out ← op(a, b). Comparisons and logic write bool. */
  binary: { readonly op: BinaryOp };
  /** out ← condition ? a : b, with a bool condition. */
  where: Record<never, never>;
  /** out [outer, inner] ← op over the middle axis of input. `any` and `all` write bool. */
  reduce: AxisLayout & { readonly op: ReduceOp };
  /** out int32 [outer, inner] ← position of the first largest or smallest; NaN wins. */
  argReduce: AxisLayout & { readonly op: 'max' | 'min' };
  /** out ← running sum along the middle axis. */
  cumsum: AxisLayout;
  /** out int32 ← positions that sort the middle axis stably; NaN counts as the largest. */
  argsort: AxisLayout & { readonly descending: boolean };
  /**
   * out [batch, m, n] ← a · b. a is [batch, m, k], or [batch, k, m] when transposed; b is [batch, k, n], or
   * [batch, n, k]. Rows of a and b are contiguous; the strides of rows and batches are free (0 broadcasts).
   */
  matmul: {
    readonly batch: number;
    readonly m: number;
    readonly n: number;
    readonly k: number;
    readonly transposeA: boolean;
    readonly transposeB: boolean;
  };
  /** out [outer, count, inner] ← input[:, index, :] with an int32 index [count]. */
  indexSelect: PickLayout;
  /** out[:, index, :] += source [outer, count, inner]. Operands: source, index. */
  indexAdd: PickLayout;
  /** out [outer, count, inner] ← input at index [outer, count, inner] along the middle axis. */
  gather: PickLayout;
  /** out at index [outer, count, inner] += source. Operands: source, index. */
  scatterAdd: PickLayout;
}

export type KernelKind = keyof KernelAttributes;

export interface KernelCallOf<K extends KernelKind> {
  readonly kind: K;
  readonly outputs: readonly View[];
  readonly inputs: readonly Operand[];
  readonly attributes: KernelAttributes[K];
}

/** One kernel launch as plain data, so that it can be executed now or logged and replayed. */
export type KernelCall = { [K in KernelKind]: KernelCallOf<K> }[KernelKind];
