import type { Trainer } from './trainer.ts';

/** A step that was taken. */
export interface StepReport {
  /** Counts from 0 over all epochs. */
  readonly step: number;
  readonly epoch: number;
  /** Loss of the batch before the step's update. */
  readonly loss: number;
  /** Learning rate of the step's update, of the first group of parameters. */
  readonly lr: number;
}

/** Values by the metric's name, `loss` among them. */
export type Measured = Readonly<Record<string, number>>;

/** What an evaluation found. */
export interface Evaluation {
  /** The loss, and each metric that is a number. */
  readonly measured: Measured;
  /** Rows are true classes, columns answers; if it is among the metrics. */
  readonly confusionMatrix: number[][] | undefined;
}

/** An epoch that was gone through. */
export interface EpochReport {
  readonly epoch: number;
  /** Steps taken until now. */
  readonly step: number;
  /** `loss` is the mean of the batches' losses, each before its update; metrics are those of `after`. */
  readonly train: Measured;
  /** What was measured on the samples that are held back, with the weights of the epoch's end. */
  readonly validation?: Measured | undefined;
  /** What was measured on the training samples, with the weights of the epoch's end. */
  readonly after?: Measured | undefined;
  /** Of the samples that are held back, or else of the training samples. */
  readonly confusionMatrix?: number[][] | undefined;
  /** Whether the model was evaluated at the epoch's end. */
  readonly evaluated: boolean;
  readonly seconds: number;
}

/**
 * How training ended: `completed` after all epochs, or because a callback stopped it; `stopped` by the abort signal; `diverged`
 * because a loss was no finite number.
 */
export type FitStatus = 'completed' | 'stopped' | 'diverged';

/**
 * Something that watches training. Every hook may be left out; those that return a promise are waited for. At each hook, the
 * trainer's `stateDict` is that of a moment which training can go on from.
 */
export interface Callback {
  /** Under this name its state is kept. */
  readonly name: string;
  /**
   * For one that need not answer at once: it is told when the number of steps taken is a multiple of this, before the next step is taken;
   * between those, training may run ahead, and tell it of many steps, and epochs that were not evaluated, later. Infinity for one
   * that only watches. Default: on the CPU it is told of each step and each epoch before the next, and may stop training there.
   */
  readonly every?: number;
  onStart?(trainer: Trainer): void | Promise<void>;
  /** Steps that were taken since the last call, all of one epoch: one on the CPU unless there is {@link every}, more elsewhere. */
  onSteps?(steps: readonly StepReport[], trainer: Trainer): void | Promise<void>;
  onEpoch?(epoch: EpochReport, trainer: Trainer): void | Promise<void>;
  onFinish?(status: FitStatus, trainer: Trainer): void | Promise<void>;
  /** What a resumed training needs to know of it, as plain data. */
  stateDict?(): unknown;
  loadStateDict?(state: unknown): void;
}
