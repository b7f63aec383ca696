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
 * because a loss was no finite number: that of a step, or of the last evaluation of the training samples.
 */
export type FitStatus = 'completed' | 'stopped' | 'diverged';

/**
 * Something that watches training. Every hook may be left out; those that return a promise are waited for. What is reported is
 * exact and comes in order, but it may come late (see {@link every}): at each hook, the trainer, with its weights and its
 * `stateDict`, is where the last step that was taken left it, and training can go on from there.
 */
export interface Callback {
  /** Under this name its state is kept. */
  readonly name: string;
  /**
   * How far training may run ahead of it. With `every: 100` it is told when 100, 200, ... steps were taken, before the next one is, of
   * all those that it has not heard of; with `every: Infinity` it only watches, and is told when it suits. Meanwhile many steps may be
   * taken in one go, over the ends of epochs that are not evaluated, too. Whoever stops training by what it is told needs the default.
   *
   * Default: training waits for it after each epoch and, on the CPU, after each step. On other devices, where reading a loss
   * takes long, it hears of some steps together.
   */
  readonly every?: number;
  onStart?(trainer: Trainer): void | Promise<void>;
  /** Steps that were taken since the last call, all of one epoch: one or more, as {@link every} allows. */
  onSteps?(steps: readonly StepReport[], trainer: Trainer): void | Promise<void>;
  /** After the last `onSteps` of the epoch, and its evaluation. */
  onEpoch?(epoch: EpochReport, trainer: Trainer): void | Promise<void>;
  onFinish?(status: FitStatus, trainer: Trainer): void | Promise<void>;
  /** What a resumed training needs to know of it, as plain data. */
  stateDict?(): unknown;
  loadStateDict?(state: unknown): void;
}
