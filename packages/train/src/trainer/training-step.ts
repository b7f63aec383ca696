import type { Tensor } from '@kindling/core';
import { clipGradNorm, clipGradValue } from '../clip.ts';
import type { TrainerOptions } from './trainer-options.ts';

/**
 * One step of training by a batch: forward, backward, and the steps of the optimizers. Gives the batch's loss before it, a scalar.
 *
 * It is recorded where it can be: it must do the same operations at each call, and read nothing on the host.
 */
export type TrainingStep = (input: Tensor, target: Tensor) => Tensor;

/** The step of a trainer's options: their own, or forward, backward, clip, and a step of the optimizer. */
export function trainingStepOf({ model, loss, optimizer, clip, trainingStep }: TrainerOptions): TrainingStep {
  if (trainingStep !== undefined) return (input, target) => trainingStep(input, target).detach();
  return (input, target) => {
    const value = loss(model.forward(input), target);
    optimizer.zeroGrad();
    value.backward();
    if (clip && 'norm' in clip) clipGradNorm(model.parameters(), clip.norm);
    if (clip && 'value' in clip) clipGradValue(model.parameters(), clip.value);
    optimizer.step();
    return value.detach();
  };
}
