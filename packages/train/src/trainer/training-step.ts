import type { Tensor } from '@kindling/core';
import { clipGradNorm, clipGradValue } from '../clip.ts';
import type { TrainerOptions } from './trainer-options.ts';

/**
 * One step of training by a batch: forward, backward, and the steps of the optimizers. Gives the batch's loss before it, a scalar.
 *
 * It is recorded where it can be: it must do the same operations at each call, and read nothing on the host.
 */
export type TrainingStep = (input: Tensor, target: Tensor) => Tensor;

/** A step by one batch or by several, whose gradients are accumulated: their inputs and targets in turns. */
export type AccumulatedStep = (...batches: Tensor[]) => Tensor;

/** The step of a trainer's options: their own, or forward, backward and clip in the closure of the optimizer's step. */
export function stepOf({ model, loss, optimizer, clip, trainingStep }: TrainerOptions): AccumulatedStep {
  if (trainingStep !== undefined) {
    return (...[input, target]) => trainingStep(input!, target!).detach();
  }
  return (...batches) => {
    const count = batches.length / 2;
    const closure = (): Tensor => {
      let mean: Tensor | undefined;
      for (let i = 0; i < count; i++) {
        const value = loss(model.forward(batches[2 * i]!), batches[2 * i + 1]!);
        const part = count === 1 ? value : value.div(count);
        if (i === 0) optimizer.zeroGrad();
        part.backward();
        mean = mean?.add(part.detach()) ?? part.detach();
      }
      if (clip && 'norm' in clip) clipGradNorm(model.parameters(), clip.norm);
      if (clip && 'value' in clip) clipGradValue(model.parameters(), clip.value);
      return mean!;
    };
    return optimizer.step(closure)!;
  };
}
