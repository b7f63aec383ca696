import type { nn } from '@kindling/core';
import type { TrainSteps } from './train-steps.ts';
import type { Trainer } from './trainer.ts';

/** Values by the metric's name, `loss` among them. */
export type Measured = Readonly<Record<string, number>>;

/** Results of an evaluation. */
export interface Evaluation {
  /** The loss, and each metric that is a number. */
  readonly measured: Measured;
  /** Rows are true classes, columns predictions; if it is among the metrics. */
  readonly confusionMatrix: number[][] | undefined;
}

/** A completed epoch. */
export interface EpochReport {
  readonly epoch: number;
  /** Steps taken so far. */
  readonly step: number;
  /** `loss` is the mean of the batches' losses, each before its update; metrics are those of `trainEvaluation`. */
  readonly train: Measured;
  /** Loss and metrics of the validation samples, with the weights at the end of the epoch. */
  readonly validation?: Measured | undefined;
  /** Loss and metrics of the training samples, with the weights at the end of the epoch. */
  readonly trainEvaluation?: Measured | undefined;
  /** Of the validation samples, or else of the training samples. */
  readonly confusionMatrix?: number[][] | undefined;
  /** Whether the model was evaluated at the epoch's end. */
  readonly evaluated: boolean;
  readonly seconds: number;
}

/**
 * How training ended: `completed` after all epochs, or because a callback stopped it; `stopped` by the abort signal; `diverged`
 * because the loss of a step, or of the last evaluation of the training samples, was not finite.
 */
export type FitStatus = 'completed' | 'stopped' | 'diverged';

/**
 * Hooks that `fit` calls. Each is optional; promises are awaited. Reports are exact and in order, but may be late (see
 * {@link interval}): at each hook, the trainer, its weights and its `stateDict` are those after the last step taken, and training
 * can resume from there.
 */
export interface Callback {
  /** Key of the callback's state in `stateDict`. */
  readonly name: string;
  /**
   * Number of steps that training may run ahead of the callback. With `interval: 100`, reports come after 100, 200, ... steps,
   * before the next step is taken; with `interval: Infinity`, at any time. In between, many steps may be taken in one call, also
   * across the ends of epochs without an evaluation. A callback that stops training needs the default.
   *
   * Default: a report after each epoch and, on the CPU, after each step. On other devices, where reading a loss is slow, one
   * report may cover several steps.
   */
  readonly interval?: number;
  onTrainStart?(trainer: Trainer): void | Promise<void>;
  /** The steps since the last call, at least one and all of one epoch; see {@link interval}. */
  onTrainBatchEnd?(steps: TrainSteps, trainer: Trainer): void | Promise<void>;
  /** After the last step of an epoch, before its evaluation. */
  onTrainBatchesEnd?(epoch: number, trainer: Trainer): void | Promise<void>;
  /** After the last `onTrainBatchEnd` of the epoch, and its evaluation. */
  onTrainEpochEnd?(epoch: EpochReport, trainer: Trainer): void | Promise<void>;
  onTrainEnd?(status: FitStatus, trainer: Trainer): void | Promise<void>;
  /** Weights by name that evaluations and predictions use in place of the model's; undefined where they use those. */
  evaluationWeights?(): nn.StateDict | undefined;
  /** The state of the callback, as plain data, for a training that is resumed. */
  stateDict?(): unknown;
  loadStateDict?(state: unknown): void;
}
