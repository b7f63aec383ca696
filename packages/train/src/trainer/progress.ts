import { ProgressReports } from './progress-reports.ts';
import type { StepColumns } from './train-steps.ts';
import type { TrainerPosition } from './trainer-state.ts';

const BEGINNING: TrainerPosition = {
  step: 0,
  epoch: 0,
  epochSteps: 0,
  lossSum: 0,
  trained: false,
  epochSeconds: 0,
};

/**
 * How far training is. It counts twice: steps that were *taken*, whose losses are not read yet, and steps that were *reported*, whose
 * losses were read and summed. The first count runs ahead, maybe by epochs; each report brings the second up to it, so that hooks find
 * a {@link position} from which training can go on.
 */
export class Progress {
  #at: TrainerPosition;
  /** The epoch of the next step to be reported. */
  #reportedEpoch: number;
  /** Steps of that epoch that were reported; the position's `lossSum` is the sum of their losses. */
  #reported: number;
  /** When the epoch began, as if it had never been interrupted. */
  #epochBegan: number;

  constructor(at: TrainerPosition = BEGINNING) {
    this.#at = { ...at };
    this.#reportedEpoch = at.epoch;
    this.#reported = at.epochSteps;
    this.#epochBegan = performance.now() - 1000 * at.epochSeconds;
  }

  /** Steps taken over all epochs. */
  get step(): number {
    return this.#at.step;
  }

  /** Epochs that are through. */
  get epoch(): number {
    return this.#at.epoch;
  }

  /** Steps taken in the epoch that is not through yet. */
  get epochSteps(): number {
    return this.#at.epochSteps;
  }

  /** Whether all batches of the epoch are through, and only its evaluation is missing. */
  get isTrained(): boolean {
    return this.#at.trained;
  }

  get epochSeconds(): number {
    return (performance.now() - this.#epochBegan) / 1000;
  }

  /** Mean loss over the epoch's batches, each before its update. Known once all its steps are reported. */
  get meanLoss(): number {
    return this.#at.lossSum / this.#reported;
  }

  get position(): TrainerPosition {
    return { ...this.#at, epochSeconds: this.epochSeconds };
  }

  /** Starts the clock of the epoch, where a loaded position left it. */
  startClock(): void {
    this.#epochBegan = performance.now() - 1000 * this.#at.epochSeconds;
    this.#reportedEpoch = this.#at.epoch;
    this.#reported = this.#at.epochSteps;
  }

  /** Forgets the steps of the epoch, whose batches begin anew. The steps over all epochs stay counted. */
  restartEpoch(): void {
    const { step, epoch } = this.#at;
    this.#at = { ...BEGINNING, step, epoch };
    this.startClock();
  }

  /** Counts steps that were taken; with the one after the last of an epoch, the next epoch begins. */
  take(count: number, stepsPerEpoch: number): void {
    const at = this.#at;
    at.step += count;
    at.epochSteps += count;
    if (at.epochSteps <= stepsPerEpoch) return;
    const passed = Math.ceil(at.epochSteps / stepsPerEpoch) - 1;
    at.epoch += passed;
    at.epochSteps -= passed * stepsPerEpoch;
  }

  /** All batches of the epoch are through. */
  endBatches(): void {
    this.#at.trained = true;
  }

  /** Goes on to the next epoch, when all steps of this one are reported. */
  endEpoch(): void {
    const { step, epoch } = this.#at;
    this.#at = { ...BEGINNING, step, epoch: epoch + 1 };
    this.#reportedEpoch = epoch + 1;
    this.#reported = 0;
    this.#epochBegan = performance.now();
  }

  /**
   * Sums the losses of all steps that were taken since the last report, and says what to report of them, epoch by epoch. Of the time
   * since the epoch began, each step gets an equal share. Steps after one whose loss is not finite are forgotten.
   */
  report(
    columns: StepColumns,
    stepsPerEpoch: number,
    evaluateEvery: number,
  ): { reports: ProgressReports; diverged: boolean } {
    const { loss } = columns;
    const secondsPerStep = this.epochSeconds / (this.#reported + loss.length);
    let end = 0;
    while (end < loss.length && Number.isFinite(loss[end])) end++;
    const diverged = end < loss.length;
    if (diverged) end++;
    const firstStep = this.#at.step - loss.length;
    const [firstEpoch, before] = [this.#reportedEpoch, this.#reported];
    const reported = {
      columns,
      firstStep,
      firstEpoch,
      before,
      stepsPerEpoch,
      evaluateEvery,
      secondsPerStep,
    };
    // An epoch has passed where a step of the next one follows.
    const passed = new Float64Array(Math.max(0, Math.ceil((before + end) / stepsPerEpoch) - 1));
    let { lossSum } = this.#at;
    let [from, reportedSteps] = [0, before];
    for (let i = 0; i < passed.length; i++) {
      const to = (i + 1) * stepsPerEpoch - before;
      for (; from < to; from++) lossSum += loss[from]!;
      passed[i] = lossSum / stepsPerEpoch;
      lossSum = reportedSteps = 0;
    }
    reportedSteps += end - from;
    for (; from < end; from++) lossSum += loss[from]!;
    this.#at.lossSum = lossSum;
    this.#reported = reportedSteps;
    this.#reportedEpoch += passed.length;
    this.#epochBegan += 1000 * secondsPerStep * (before + end - reportedSteps);
    if (diverged) {
      this.#at = {
        ...this.#at,
        step: firstStep + end,
        epoch: this.#reportedEpoch,
        epochSteps: this.#reported,
      };
    }
    return { reports: new ProgressReports(reported, passed, end), diverged };
  }
}
