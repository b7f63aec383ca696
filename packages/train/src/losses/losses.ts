import type { Tensor } from '@kindling/core';
import { bce } from './bce.ts';
import { bceWithLogits } from './bce-with-logits.ts';
import { crossEntropy } from './cross-entropy.ts';
import { huber } from './huber.ts';
import { klDiv } from './kl-div.ts';
import { l1 } from './l1.ts';
import type { LossName } from './loss-descriptors.ts';
import { mse } from './mse.ts';
import { nll } from './nll.ts';

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
} as const satisfies Readonly<Record<LossName, Loss>>;

export type { LossName };
