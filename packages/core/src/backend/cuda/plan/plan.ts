import type { BasicKind, Feature, FusedKind, KernelKind } from '../../kernels.ts';
import type { LoweredCall, LoweredCallOf } from '../../lowered-call.ts';
import * as attention from './attention.ts';
import * as batchNorm from './batch-norm.ts';
import * as convolution from './convolution.ts';
import * as crossEntropy from './cross-entropy.ts';
import * as indexing from './indexing.ts';
import type { Launch, PlanContext } from './launch.ts';
import * as layerNorm from './layer-norm.ts';
import * as losses from './losses.ts';
import { matmul } from './matmul.ts';
import * as optimizer from './optimizer.ts';
import * as pointwise from './pointwise.ts';
import * as pooling from './pooling.ts';
import { assertRange } from './range.ts';
import * as recurrence from './recurrence.ts';
import * as reduce from './reduce.ts';
import { cumsum } from './scan.ts';
import * as softmax from './softmax.ts';
import { argsort } from './sort.ts';

export type { Launch, PlanContext } from './launch.ts';

type Planner<K extends KernelKind> = (call: LoweredCallOf<K>, context: PlanContext) => Launch[];

/** Fused kinds may be missing: their compositions are run then. */
type Planners = { readonly [K in BasicKind]: Planner<K> } & { readonly [K in FusedKind]?: Planner<K> };

const planners: Planners = {
  copy: pointwise.copy,
  unary: pointwise.unary,
  binary: pointwise.binary,
  where: pointwise.where,
  reduce: reduce.reduce,
  argReduce: reduce.argReduce,
  cumsum,
  argsort,
  matmul,
  conv2d: convolution.conv2d,
  conv2dBackwardInput: convolution.conv2dBackwardInput,
  conv2dBackwardWeight: convolution.conv2dBackwardWeight,
  indexSelect: indexing.take,
  indexAdd: indexing.add,
  gather: indexing.take,
  scatterAdd: indexing.add,
  assertRange,
  activationBackward: pointwise.activationBackward,
  softmax: softmax.softmax,
  softmaxBackward: softmax.softmaxBackward,
  crossEntropy: crossEntropy.crossEntropy,
  crossEntropyBackward: crossEntropy.crossEntropyBackward,
  mse: losses.pairLoss,
  mseBackward: losses.pairLossBackward,
  bce: losses.pairLoss,
  bceBackward: losses.pairLossBackward,
  layerNorm: layerNorm.layerNorm,
  layerNormBackward: layerNorm.layerNormBackward,
  scaledDotProductAttention: attention.forward,
  scaledDotProductAttentionBackward: attention.backward,
  batchNorm: batchNorm.batchNorm,
  batchNormBackward: batchNorm.batchNormBackward,
  maxPool2d: pooling.maxPool2d,
  maxPool2dBackward: pooling.maxPool2dBackward,
  avgPool2d: pooling.avgPool2d,
  avgPool2dBackward: pooling.avgPool2dBackward,
  recurrence: recurrence.recurrence,
  recurrenceBackward: recurrence.recurrenceBackward,
  sgdStep: optimizer.sgdStep,
  adamStep: optimizer.adamStep,
  rmspropStep: optimizer.rmspropStep,
  adagradStep: optimizer.adagradStep,
};

/** The launches that do a call, in order. */
export function plan(call: LoweredCall, context: PlanContext): Launch[] {
  const planner = planners[call.kind] as (call: LoweredCall, context: PlanContext) => Launch[];
  return planner(call, context);
}

/** Whether there are kernels for a feature. */
export const supported = (feature: Feature): boolean =>
  feature === 'linear' || Object.hasOwn(planners, feature);
