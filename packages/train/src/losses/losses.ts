import { nn, type Tensor } from '@kindling/core';
import { gaussianNll } from './gaussian-nll.ts';
import type { LossName } from './loss-descriptors.ts';

/* The functions of `nn.functional`, by the names that experiment files have for them. */
export const mse = nn.functional.mseLoss;
export const l1 = nn.functional.l1Loss;
export const huber = nn.functional.huberLoss;
export const bce = nn.functional.binaryCrossEntropy;
export const bceWithLogits = nn.functional.binaryCrossEntropyWithLogits;
export const { crossEntropy } = nn.functional;
export const nll = nn.functional.nllLoss;
export const { klDiv } = nn.functional;
export const smoothL1 = nn.functional.smoothL1Loss;
export const poissonNll = nn.functional.poissonNllLoss;
export const hingeEmbedding = nn.functional.hingeEmbeddingLoss;

type Loss = (output: Tensor, target: Tensor, options?: never) => Tensor;

/** Every loss by the name that experiment files use. */
export const losses = {
  mse,
  l1,
  huber,
  bce,
  bceWithLogits,
  crossEntropy,
  nll,
  klDiv,
  smoothL1,
  poissonNll,
  gaussianNll,
  hingeEmbedding,
} as const satisfies Readonly<Record<LossName, Loss>>;

export type { LossName };
export { gaussianNll };
