import type { EpochReport } from './callback.ts';
import { type StepColumns, TrainSteps } from './train-steps.ts';

/** Steps of one epoch, to be reported together. */
export interface ProgressReport {
  readonly steps: TrainSteps;
  /** Their epoch, if steps of the next one were taken before this report. */
  readonly passed?: EpochReport;
}

interface ReportedSteps {
  readonly columns: StepColumns;
  /** Number of the first row, from 0 over all epochs. */
  readonly firstStep: number;
  /** Epoch of the first row. */
  readonly firstEpoch: number;
  /** Steps of that epoch that were reported before. */
  readonly before: number;
  readonly stepsPerEpoch: number;
  readonly evaluateEvery: number;
  readonly secondsPerStep: number;
}

/** Steps epoch by epoch. There may be many thousands of epochs, so what is said of each is made while one goes through them. */
export class ProgressReports implements Iterable<ProgressReport> {
  readonly #reported: ReportedSteps;
  /** Mean losses of the epochs that passed. */
  readonly #passed: readonly number[];
  /** Rows that are reported. */
  readonly #end: number;

  constructor(reported: ReportedSteps, passed: readonly number[], end: number) {
    this.#reported = reported;
    this.#passed = passed;
    this.#end = end;
  }

  *[Symbol.iterator](): Iterator<ProgressReport> {
    const { columns, firstStep, firstEpoch, before, stepsPerEpoch, evaluateEvery, secondsPerStep } =
      this.#reported;
    let from = 0;
    let epoch = firstEpoch;
    for (const loss of this.#passed) {
      const length = epoch === firstEpoch ? stepsPerEpoch - before : stepsPerEpoch;
      const steps = new TrainSteps(epoch, firstStep + from, columns, from, from + length);
      from += length;
      const evaluated = (epoch + 1) % evaluateEvery === 0;
      const seconds = secondsPerStep * stepsPerEpoch;
      yield { steps, passed: { epoch, step: firstStep + from, train: { loss }, evaluated, seconds } };
      epoch++;
    }
    if (from < this.#end) {
      yield { steps: new TrainSteps(epoch, firstStep + from, columns, from, this.#end) };
    }
  }
}
