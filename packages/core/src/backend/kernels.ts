import type { Operand, View } from './backend.ts';
import * as alongAxis from './kernels/along-axis.ts';
import * as attention from './kernels/attention.ts';
import * as batchNorm from './kernels/batch-norm.ts';
import { allReduce } from './kernels/collective.ts';
import * as convolution from './kernels/convolution.ts';
import type { AttributesOf, KernelDeclaration, PointwiseOperand } from './kernels/declaration.ts';
import * as indexing from './kernels/indexing.ts';
import * as layerNorm from './kernels/layer-norm.ts';
import * as losses from './kernels/losses.ts';
import { matmul } from './kernels/matmul.ts';
import * as optimizers from './kernels/optimizers.ts';
import * as pointwise from './kernels/pointwise.ts';
import * as pooling from './kernels/pooling.ts';
import * as recurrence from './kernels/recurrence.ts';

export {
  type Activation,
  type ArithmeticOp,
  activations,
  arithmeticOps,
  type BinaryOp,
  type ComparisonOp,
  comparisonOps,
  type LogicalOp,
  logicalOps,
  type RecurrentCell,
  type ReduceOp,
  reduceOps,
  type UnaryOp,
  unaryOps,
} from './kernels/op-lists.ts';
export { MAX_TENSORS } from './kernels/optimizers.ts';

/** All kinds by name. A kind's code in records is its position here. */
export const kernels = {
  copy: pointwise.copy,
  unary: pointwise.unary,
  binary: pointwise.binary,
  where: pointwise.where,
  reduce: alongAxis.reduce,
  argReduce: alongAxis.argReduce,
  cumsum: alongAxis.cumsum,
  argsort: alongAxis.argsort,
  matmul,
  conv2d: convolution.conv2d,
  conv2dBackwardInput: convolution.conv2dBackwardInput,
  conv2dBackwardWeight: convolution.conv2dBackwardWeight,
  indexSelect: indexing.indexSelect,
  indexAdd: indexing.indexAdd,
  gather: indexing.gather,
  scatterAdd: indexing.scatterAdd,
  assertRange: indexing.assertRange,
  activationBackward: pointwise.activationBackward,
  softmax: alongAxis.softmax,
  softmaxBackward: alongAxis.softmaxBackward,
  crossEntropy: losses.crossEntropy,
  crossEntropyBackward: losses.crossEntropyBackward,
  mse: losses.mse,
  mseBackward: losses.mseBackward,
  bce: losses.bce,
  bceBackward: losses.bceBackward,
  layerNorm: layerNorm.layerNorm,
  layerNormBackward: layerNorm.layerNormBackward,
  scaledDotProductAttention: attention.scaledDotProductAttention,
  scaledDotProductAttentionBackward: attention.scaledDotProductAttentionBackward,
  batchNorm: batchNorm.batchNorm,
  batchNormBackward: batchNorm.batchNormBackward,
  maxPool2d: pooling.maxPool2d,
  maxPool2dBackward: pooling.maxPool2dBackward,
  avgPool2d: pooling.avgPool2d,
  avgPool2dBackward: pooling.avgPool2dBackward,
  recurrence: recurrence.recurrence,
  recurrenceBackward: recurrence.recurrenceBackward,
  sgdStep: optimizers.sgdStep,
  adamStep: optimizers.adamStep,
  rmspropStep: optimizers.rmspropStep,
  adagradStep: optimizers.adagradStep,
  allReduce,
} as const satisfies { readonly [kind: string]: KernelDeclaration };

type Kernels = typeof kernels;
export type KernelKind = keyof Kernels;

/** Kinds that have a property, or an attribute, among them. */
type KindWith<P> = { [K in KernelKind]: Kernels[K] extends P ? K : never }[KernelKind];

/** Kinds that answer in one pass what compositions of others answer in several: an engine may leave any of them out. */
export type FusedKind = KindWith<{ readonly optional: true }>;
export type BasicKind = Exclude<KernelKind, FusedKind>;
/** Kinds that take a step of an optimizer. */
export type StepKind = KindWith<{ readonly inputs: { readonly scalars: unknown } }>;
/** Kinds that work element by element, on any strides. */
export type PointwiseKind = KindWith<{ readonly outputs: { readonly out: PointwiseOperand } }>;

/** The attributes of each kind. */
export type KernelAttributes = { readonly [K in KernelKind]: AttributesOf<Kernels[K]> };
export type AxisLayout = KernelAttributes['cumsum'];
export type PickLayout = KernelAttributes['indexSelect'];
export type ClassLayout = KernelAttributes['crossEntropy'];
export type Range = KernelAttributes['assertRange'];
/** Attributes that every optimizer step has. */
export type StepAttributes = Pick<KernelAttributes['adagradStep'], 'count' | 'weightDecay' | 'maximize'>;

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

/** All kinds with their declarations, in the order of their codes. */
export const declarations = Object.entries(kernels) as readonly (readonly [KernelKind, KernelDeclaration])[];

/** A table with what `of` makes of each declaration. */
export const tableOf = <V>(
  of: (declaration: KernelDeclaration, kind: KernelKind) => V,
): { readonly [K in KernelKind]: V } =>
  Object.fromEntries(declarations.map(([kind, declaration]) => [kind, of(declaration, kind)])) as {
    [K in KernelKind]: V;
  };
