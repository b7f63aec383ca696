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

/** Functions whose gradient is a kernel of its own. */
export const activations = ['tanh', 'sigmoid', 'relu', 'leakyRelu', 'elu', 'softplus'] as const;
export type Activation = (typeof activations)[number];

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
 * Kernel kinds that every engine has, with their attributes. Operands stand in the order given here, outputs first.
 *
 * Pointwise kinds (`copy` to `where`) take any strides, negative ones included; inputs have the output's shape (broadcasting is
 * stride 0) or are numbers. Apart from `copy`, comparisons and logic, operands share one dtype. An output may
 * be the same view as an input. The other kinds take contiguous operands.
 */
export interface BasicAttributes {
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
   * out [batch, m, n] ← a · b + bias. a is [batch, m, k], or [batch, k, m] when transposed; b is [batch, k, n], or
   * [batch, n, k]. Rows of a and b are contiguous; the strides of rows and batches are free (0 broadcasts). Operands: a, b and,
   * where `supports('linear')`, a contiguous bias [n].
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
  /** No outputs: fails unless every element of a contiguous input is in a range. An asynchronous engine may fail at the next read. */
  assertRange: Range;
}

/** The part of a minibatch that one row of class scores is: `[rows, classes]`. */
export interface ClassLayout {
  readonly rows: number;
  readonly classes: number;
  /** Class number that costs nothing and does not count. */
  readonly ignoreIndex: number;
}

/** What the sum of a loss over all elements is divided by. */
export interface LossAttributes {
  readonly divisor: number;
}

/** Options that every optimizer step has. One call takes at most {@link MOST_TENSORS} parameters of one dtype. */
export interface StepAttributes {
  /** Parameters in the call. Operands stand in groups of this length: all parameters, then what is kept of each, one thing after another. */
  readonly count: number;
  /** λ: the gradient becomes grad + λ · param. */
  readonly weightDecay: number;
  /** Whether the gradient is reversed first. */
  readonly maximize: boolean;
}

/** Parameters that one call of an optimizer step takes. */
export const MOST_TENSORS = 32;

/**
 * Kinds that answer in one pass what compositions of the kinds above answer in several. An engine may leave any of them out; operands are
 * contiguous, of one float dtype unless told otherwise.
 */
export interface FusedAttributes {
  /**
   * out ← ∂L/∂x of a function that `unary` computes, with its parameters. Operands: ∂L/∂y, and y for tanh, sigmoid and relu, x for
   * the others. A pointwise kind: it takes any strides.
   */
  activationBackward: { readonly op: Activation; readonly parameters: readonly number[] };
  /** out ← eˣ / Σ eˣ along the middle axis, or its logarithm, computed from x − max x. */
  softmax: AxisLayout & { readonly log: boolean };
  /** out ← ∂L/∂x. Operands: ∂L/∂y and y, the output of softmax. y(g − Σ g·y), or for the logarithm g − eʸ · Σ g. */
  softmaxBackward: AxisLayout & { readonly log: boolean };
  /**
   * Outputs: losses [rows] ← −log softmax(x) at the target (0 where ignored), log softmax(x) [rows, classes], and a scalar, the number of
   * rows that count. Operands: x [rows, classes], target int32 or uint8 [rows]. Rows whose target is out of range count as ignored.
   */
  crossEntropy: ClassLayout;
  /**
   * out [rows, classes] ← (eˡ − onehot(target)) · grad, 0 where ignored. Operands: l, the second output of crossEntropy; target; grad
   * [rows], whose stride may be 0.
   */
  crossEntropyBackward: ClassLayout;
  /** out, a scalar ← Σ (x − y)² / divisor. Operands: x and y, of one shape. */
  mse: LossAttributes;
  /** out ← 2(x − y) · grad / divisor. Operands: x, y, and a scalar grad. */
  mseBackward: LossAttributes;
  /** out, a scalar ← Σ ((y − 1) max(ln(1 − x), −100) − y max(ln x, −100)) / divisor. Operands: x and y, of one shape. */
  bce: LossAttributes;
  /** out ← (x − y) / max(x(1 − x), 10⁻¹²) · grad / divisor. Operands: x, y, and a scalar grad. */
  bceBackward: LossAttributes;
  /**
   * Outputs: y [rows, length] ← (x − mean)·rstd·weight + bias, mean [rows], rstd [rows] = 1/√(var + eps) with the population variance.
   * Operands: x and, if present, weight [length], and bias [length] behind a weight.
   */
  layerNorm: { readonly rows: number; readonly length: number; readonly eps: number };
  /** Outputs: ∂L/∂x and, if present, ∂L/∂weight and ∂L/∂bias. Operands: ∂L/∂y, x, mean, rstd and, if present, weight. */
  layerNormBackward: { readonly rows: number; readonly length: number };
  /**
   * v ← μv + (1 − τ)g, or g at the first step; param ← param − lr·v, or lr·(g + μv) with nesterov.
   * Outputs: params and, with momentum, v. Operands: [lr], gradients.
   */
  sgdStep: StepAttributes & {
    readonly momentum: number;
    readonly dampening: number;
    readonly nesterov: boolean;
    readonly isFirst: boolean;
  };
  /**
   * param ← decay · param; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; param ← param − size · m / (√v̂/correction + ε), where v̂ is v, or with
   * amsgrad the largest v so far. Outputs: params, m, v and, with amsgrad, the largest v. Operands: [size, correction, decay], gradients;
   * size = lr/(1 − β₁ᵗ), correction = √(1 − β₂ᵗ), and decay is 1 − lr·λ for AdamW, else 1.
   */
  adamStep: StepAttributes & {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly amsgrad: boolean;
  };
  /**
   * s ← αs + (1 − α)g²; centered: a ← αa + (1 − α)g, d = √(s − a²) + ε, else d = √s + ε; with momentum b ← μb + g/d,
   * param ← param − lr·b, else param ← param − lr·g/d. Outputs: params, s and, with momentum, b and, if centered, a. Operands: [lr], gradients.
   */
  rmspropStep: StepAttributes & {
    readonly alpha: number;
    readonly eps: number;
    readonly momentum: number;
    readonly centered: boolean;
  };
  /** s ← s + g²; param ← param − rate · g/(√s + ε). Outputs: params, s. Operands: [rate], gradients. */
  adagradStep: StepAttributes & { readonly eps: number };
}

/** What `assertRange` asks of values, and how it complains: `${expected}, got 7 at element 3${rest}`. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** A value that passes besides; NaN for none. NaN elements pass. */
  readonly except: number;
  readonly expected: string;
  readonly rest: string;
}

/** Kinds that take a step of an optimizer. */
export type StepKind = 'sgdStep' | 'adamStep' | 'rmspropStep' | 'adagradStep';
export type FusedKind = keyof FusedAttributes;
export type BasicKind = keyof BasicAttributes;
export type KernelAttributes = BasicAttributes & FusedAttributes;
export type KernelKind = keyof KernelAttributes;

/** What `supports` is asked about: kinds, and the bias operand of matmul. */
export type Feature = KernelKind | 'linear';

export interface KernelCallOf<K extends KernelKind> {
  readonly kind: K;
  readonly outputs: readonly View[];
  readonly inputs: readonly Operand[];
  readonly attributes: KernelAttributes[K];
}

/** One kernel launch as plain data, so that it can be executed now or logged and replayed. */
export type KernelCall = { [K in KernelKind]: KernelCallOf<K> }[KernelKind];
