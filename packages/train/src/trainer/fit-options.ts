import type { OptionNames } from '@kindling/core';
import type { Batches } from './batches.ts';
import type { Callback } from './callback.ts';

/** How long `fit` trains, what it measures on the way, and who is told. */
export interface FitOptions {
  /** How often to go through the batches, counted from the beginning of training. */
  readonly epochs: number;
  /** Ends training after this many steps over all epochs. Default: none. */
  readonly maxSteps?: number | undefined;
  /** Samples that are held back, to measure loss and metrics on. */
  readonly validation?: Batches | undefined;
  /**
   * The training samples once more, in an order that is not drawn, to measure metrics on. Default: of training, only the mean
   * loss is reported.
   */
  readonly evaluation?: Batches | undefined;
  /** Epochs from one evaluation to the next; there is one after the last epoch, too. Default 1. */
  readonly evaluateEvery?: number | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
  /** Ends training between two steps, with status `stopped`. */
  readonly signal?: AbortSignal | undefined;
}

export const fitOptionNames: OptionNames<FitOptions> = {
  epochs: true,
  maxSteps: true,
  validation: true,
  evaluation: true,
  evaluateEvery: true,
  callbacks: true,
  signal: true,
};
