import { ArgumentError, stack, Tensor } from '@kindling/core';
import { describeValue, formatShape } from '@kindling/core/internal';
import { clipGradients } from './clip-gradients.ts';
import type { DataParallel } from './data-parallel.ts';
import type { TrainerOptions } from './trainer-options.ts';

/** The loss of a step and further numbers by name, scalars: `{ loss, 'discriminator/real': onReal }`. */
export type StepResult = { readonly loss: Tensor } & Readonly<Record<string, Tensor>>;

/**
 * One step of training by a batch: forward, backward, and the steps of the optimizers. Returns the batch's loss before it, a scalar,
 * alone or among other metrics of the step.
 *
 * It is recorded where it can be: it must do the same operations at each call, and read nothing on the host.
 */
export type TrainingStep = (input: Tensor, target: Tensor) => Tensor | StepResult;

/**
 * A step by one batch or by several, whose gradients are accumulated: their inputs and targets in turns. Returns the loss, or a vector of
 * the loss and the step's metrics.
 */
export type AccumulatedStep = (...batches: Tensor[]) => Tensor;

/** The step of a trainer's options: their own, or forward, backward and clip in the closure of the optimizer's step. */
export function stepOf(options: TrainerOptions, metrics: StepMetrics): AccumulatedStep {
  const { model, loss, optimizer, clip, trainingStep, dataParallel } = options;
  if (trainingStep !== undefined) {
    return (...[input, target]) => metrics.columns(trainingStep(input!, target!));
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
      dataParallel?.averageGradients(model.parameters());
      clipGradients(model, clip);
      return dataParallel === undefined ? mean! : averaged(mean!, dataParallel);
    };
    return optimizer.step(closure)!;
  };
}

/** A loss over the batches of all processes. */
function averaged(loss: Tensor, dataParallel: DataParallel): Tensor {
  const own = loss.clone();
  dataParallel.average(own);
  return own;
}

/** Names of what a training step returns beside its loss, as its first call told them. */
export class StepMetrics {
  #names: readonly string[] = [];

  get names(): readonly string[] {
    return this.#names;
  }

  /** The loss, or a vector of the loss and the metrics in the order of the names. @throws {ArgumentError} for anything but scalars. */
  columns(result: Tensor | StepResult): Tensor {
    if (result instanceof Tensor) return result.detach();
    const { loss, ...metrics } = result;
    this.#names = Object.keys(metrics);
    const columns = Object.entries({ loss, ...metrics }).map(([name, value]) => {
      if (value instanceof Tensor && value.numel === 1) return value.detach().reshape([]);
      const got =
        value instanceof Tensor ? `a tensor of shape ${formatShape(value.shape)}` : describeValue(value);
      throw new ArgumentError(`trainingStep: expected ${name} to be a scalar, got ${got}`);
    });
    return stack(columns);
  }
}
