import type { EpochReport } from './callback.ts';
import { type StepColumns, TrainSteps } from './train-steps.ts';

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

/**
 * Steps epoch by epoch, a report for each: of its steps, and of the epoch itself where steps of the next one were taken before. There may
 * be many thousands of epochs, so what is said of each is made when it is asked for.
 */
export class ProgressReports {
  readonly #reported: ReportedSteps;
  /** Mean losses of the epochs that passed. */
  readonly #passed: Float64Array;
  /** Rows that are reported. */
  readonly #end: number;

  constructor(reported: ReportedSteps, passed: Float64Array, end: number) {
    this.#reported = reported;
    this.#passed = passed;
    this.#end = end;
  }

  get length(): number {
    const passed = this.#passed.length;
    return this.#startOf(passed) < this.#end ? passed + 1 : passed;
  }

  /** The steps of report `i`, all of one epoch. */
  steps(i: number): TrainSteps {
    const { columns, firstStep, firstEpoch } = this.#reported;
    const from = this.#startOf(i);
    const to = i < this.#passed.length ? this.#startOf(i + 1) : this.#end;
    return new TrainSteps(firstEpoch + i, firstStep + from, columns, from, to);
  }

  /** The epoch of report `i`, if it has passed. */
  passed(i: number): EpochReport | undefined {
    const loss = this.#passed[i];
    if (loss === undefined) return undefined;
    const { firstStep, firstEpoch, stepsPerEpoch, evaluateEvery, secondsPerStep } = this.#reported;
    const epoch = firstEpoch + i;
    return {
      epoch,
      step: firstStep + this.#startOf(i + 1),
      train: { loss },
      evaluated: (epoch + 1) % evaluateEvery === 0,
      seconds: secondsPerStep * stepsPerEpoch,
    };
  }

  /** The first row of report `i`. */
  #startOf(i: number): number {
    return i === 0 ? 0 : i * this.#reported.stepsPerEpoch - this.#reported.before;
  }
}
