import type { nn, OptionNames, Tensor } from '@kindling/core';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Metrics } from './evaluate.ts';

/** What a trainer trains, and how it takes a step. */
export interface TrainerOptions {
  readonly model: nn.Module;
  /** The loss of a batch, a scalar: `mse`, or a function that calls it with options. */
  readonly loss: (output: Tensor, target: Tensor) => Tensor;
  readonly optimizer: Optimizer;
  readonly schedule?: Schedule | undefined;
  /**
   * When the schedule steps. With `evaluation`, which is for `ReduceLROnPlateau`, it is told the validation loss, or the
   * training loss where nothing is held back. Default `epoch`.
   */
  readonly scheduleOn?: 'step' | 'epoch' | 'evaluation' | undefined;
  /** A bound on the joint length of the gradients, or on each of their elements. Default: none. */
  readonly clip?: { readonly norm: number } | { readonly value: number } | undefined;
  /** What evaluation measures besides the loss. */
  readonly metrics?: Metrics | undefined;
  /**
   * Record steps and replay them, where the device can and the model, the loss and the optimizer do the same at each step. The
   * numbers are the same to the last bit without. Default true.
   */
  readonly compile?: boolean | undefined;
}

export const trainerOptionNames: OptionNames<TrainerOptions> = {
  model: true,
  loss: true,
  optimizer: true,
  schedule: true,
  scheduleOn: true,
  clip: true,
  metrics: true,
  compile: true,
};
