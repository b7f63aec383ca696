import type { Optimizer } from '../optimizers/optimizer.ts';

/** What a schedule remembers, as plain JSON. */
export type ScheduleState = {
  readonly [name: string]: number | null | readonly number[] | readonly ScheduleState[];
};

/**
 * Changes the learning rates of an optimizer as training goes on. It sets the first rate when it is made, and the next one at
 * each `step`, which comes after the optimizer's: once an epoch or once a batch, as the schedule is meant.
 *
 * Source: https://docs.pytorch.org/docs/2.15/optim.html#how-to-adjust-learning-rate
 */
export interface Schedule {
  readonly optimizer: Optimizer;
  /** The learning rate of each parameter group as it is now. */
  readonly lastLr: readonly number[];
  /** Whether its steps depend on no metric, so that they can be taken before it is known. */
  readonly ignoresMetric?: boolean;
  /** @param metric what `ReduceLROnPlateau` watches; the others take none. */
  step(metric?: number): void;
  stateDict(): ScheduleState;
  /** Goes on where the saved schedule stopped, for an optimizer with as many groups. Throws `ArgumentError` for a state of another kind. */
  loadStateDict(state: ScheduleState): void;
}
