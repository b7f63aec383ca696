import type { Tensor } from '@kindling/core';
import type { StepBudget } from './reporting-interval.ts';

/** Steps that were taken in one call, in their order. */
export interface TakenSteps {
  /** Their losses, each before its update, with the metrics of each behind it: n rows in any shape. */
  readonly losses: Tensor;
  /** The learning rate of each. */
  readonly rates: Float64Array;
}

/**
 * Takes the steps of training, a `TrainingStep` each: `BatchRunner` for any batches, one at a time; `InMemoryRunner` for batches that
 * lie on the device, many at once. Between steps it moves the schedule on.
 */
export interface StepRunner {
  /** Steps of an epoch, after which a call may go on with the next one. Infinity where a call never does. */
  readonly stepsPerEpoch: number;
  /**
   * Takes one step or more, as far as the budget goes.
   *
   * @returns undefined where the epoch has no batches left. The next call begins another epoch.
   */
  run(budget: StepBudget): TakenSteps | undefined | Promise<TakenSteps | undefined>;
}
