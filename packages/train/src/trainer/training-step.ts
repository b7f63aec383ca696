import type { Tensor } from '@kindling/core';
import { clipGradNorm, clipGradValue } from '../clip.ts';
import type { TrainerOptions } from './trainer-options.ts';

/** One update of the model by a batch; gives the batch's loss before it, a scalar. */
export type Update = (input: Tensor, target: Tensor) => Tensor;

/** The update that each step of a trainer is: forward, backward, clip, and a step of the optimizer. */
export const updateOf =
  ({ model, loss, optimizer, clip }: TrainerOptions): Update =>
  (input, target) => {
    const value = loss(model.forward(input), target);
    optimizer.zeroGrad();
    value.backward();
    if (clip && 'norm' in clip) clipGradNorm(model.parameters(), clip.norm);
    if (clip && 'value' in clip) clipGradValue(model.parameters(), clip.value);
    optimizer.step();
    return value.detach();
  };
