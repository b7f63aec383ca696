import type { Tensor } from '@kindling/core';
import { type Batches, takeFrom } from './batches.ts';
import type { LearningRate } from './learning-rate.ts';
import type { StepRunner, TakenSteps } from './step-runner.ts';
import type { TrainingStep } from './training-step.ts';

/** Steps by batches that are made one by one. */
export class BatchRunner implements StepRunner {
  readonly stepsPerEpoch = Number.POSITIVE_INFINITY;
  readonly #batches: Batches;
  readonly #step: TrainingStep;
  readonly #rate: LearningRate;
  /** Takes a step of the epoch that runs; undefined between epochs. */
  #next: (() => Tensor | undefined | Promise<Tensor | undefined>) | undefined;

  constructor(batches: Batches, step: TrainingStep, rate: LearningRate) {
    this.#batches = batches;
    this.#step = step;
    this.#rate = rate;
  }

  run(): TakenSteps | undefined | Promise<TakenSteps | undefined> {
    this.#next ??= takeFrom(this.#batches, this.#step);
    const losses = this.#next();
    return losses instanceof Promise ? losses.then((loss) => this.#taken(loss)) : this.#taken(losses);
  }

  #taken(losses: Tensor | undefined): TakenSteps | undefined {
    if (losses === undefined) {
      this.#next = undefined;
      return undefined;
    }
    const rates = [this.#rate.value];
    this.#rate.step('step');
    return { losses, rates };
  }
}
