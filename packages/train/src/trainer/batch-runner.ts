import type { Tensor } from '@kindling/core';
import { type Batches, lengthOf, takeFrom } from './batches.ts';
import type { LearningRate } from './learning-rate.ts';
import type { StepRunner, TakenSteps } from './step-runner.ts';
import type { AccumulatedStep } from './training-step.ts';

/** Steps by batches that are made one by one. */
export class BatchRunner implements StepRunner {
  readonly stepsPerEpoch = Number.POSITIVE_INFINITY;
  readonly #batches: Batches;
  readonly #accumulated: number;
  readonly #step: AccumulatedStep;
  readonly #rate: LearningRate;
  /** Takes a step of the epoch that runs; undefined between epochs. */
  #next: ReturnType<typeof takeFrom<Tensor>> | undefined;
  /** Batches of the epoch that were taken. */
  #taken: number;

  /**
   * @param accumulated Number of batches in a step.
   * @param taken Steps of the epoch that were taken before, where it is one of a loaded state.
   */
  constructor(
    batches: Batches,
    accumulated: number,
    step: AccumulatedStep,
    rate: LearningRate,
    taken: number,
  ) {
    this.#batches = batches;
    this.#accumulated = accumulated;
    this.#step = step;
    this.#rate = rate;
    this.#taken = taken * accumulated;
  }

  run(): TakenSteps | undefined | Promise<TakenSteps | undefined> {
    this.#next ??= takeFrom(this.#batches, this.#step);
    // No further than the last batch: with the end of its iteration, a loader forgets the epoch.
    const left = this.#accumulated === 1 ? 1 : (lengthOf(this.#batches) ?? Infinity) - this.#taken;
    const losses = this.#next(Math.max(1, Math.min(this.#accumulated, left)));
    return losses instanceof Promise ? losses.then((loss) => this.#report(loss)) : this.#report(losses);
  }

  #report(losses: Tensor | undefined): TakenSteps | undefined {
    if (losses === undefined) {
      this.#next = undefined;
      this.#taken = 0;
      return undefined;
    }
    this.#taken += this.#accumulated;
    const rates = Float64Array.of(this.#rate.value);
    this.#rate.step('step');
    return { losses, rates };
  }
}
