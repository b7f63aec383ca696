import type { OptionNames } from '@kindling/core/internal';
import type { Batches } from './batches.ts';
import type { Callback } from './callback.ts';

/** Options of `Trainer.fit`: its length, evaluations and callbacks. */
export interface FitOptions {
  /** Number of epochs, counted from the beginning of training. */
  readonly epochs: number;
  /** Ends training after this many steps over all epochs. Default: none. */
  readonly maxSteps?: number | undefined;
  /** Validation samples, for loss and metrics. */
  readonly validation?: Batches | undefined;
  /**
   * The training samples in a fixed order, for loss and metrics at the end of an epoch. Default: only the mean loss of training
   * is reported.
   */
  readonly trainEvaluation?: Batches | undefined;
  /** Epochs between evaluations; there is always one after the last epoch. Default 1. */
  readonly evaluateEvery?: number | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
  /** Ends training between two steps, with status `stopped`. */
  readonly signal?: AbortSignal | undefined;
}

export const fitOptionNames: OptionNames<FitOptions> = {
  epochs: true,
  maxSteps: true,
  validation: true,
  trainEvaluation: true,
  evaluateEvery: true,
  callbacks: true,
  signal: true,
};
