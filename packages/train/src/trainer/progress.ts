import type { EpochReport, StepReport } from './callback.ts';
import type { PendingStep } from './step-queue.ts';
import type { Position } from './trainer-state.ts';

const BEGINNING: Position = {
  step: 0,
  epoch: 0,
  epochSteps: 0,
  lossSum: 0,
  trained: false,
  epochSeconds: 0,
};

/** Steps of one epoch, to be reported together. */
export interface ProgressReport {
  readonly steps: readonly StepReport[];
  /** Their epoch, if steps of the next one were taken before this report. */
  readonly passed?: EpochReport;
}

/**
 * How far training is. It counts twice: steps that were *taken*, of which nobody knows the loss yet, and steps that were
 * *reported*, whose losses were read and summed. The first count runs ahead, maybe by epochs; each report brings the second up
 * to it, so that whoever is told finds a {@link position} from which training can go on.
 */
export class Progress {
  #at: Position;
  /** Steps of the epoch that were reported; the position's `lossSum` is the sum of their losses. */
  #reported: number;
  /** When the epoch began, as if it had never been interrupted. */
  #epochBegan: number;

  constructor(at: Position = BEGINNING) {
    this.#at = { ...at };
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

  get position(): Position {
    return { ...this.#at, epochSeconds: this.epochSeconds };
  }

  /** Starts the clock of the epoch, where a loaded position left it. */
  startClock(): void {
    this.#epochBegan = performance.now() - 1000 * this.#at.epochSeconds;
    this.#reported = this.#at.epochSteps;
  }

  /** Forgets the steps of the epoch, whose batches begin anew. The steps over all epochs stay counted. */
  restartEpoch(): void {
    const { step, epoch } = this.#at;
    this.#at = { ...BEGINNING, step, epoch };
    this.startClock();
  }

  /** Counts a step that is taken now. */
  countStep(lr: number): PendingStep {
    const { step, epoch } = this.#at;
    this.#at.step++;
    this.#at.epochSteps++;
    return { step, epoch, lr };
  }

  /** Goes on to the next epoch, before the steps of this one are reported: its losses stay to be summed by {@link report}. */
  passEpoch(): void {
    this.#at.epoch++;
    this.#at.epochSteps = 0;
  }

  /** All batches of the epoch are through. */
  endBatches(): void {
    this.#at.trained = true;
  }

  /** Goes on to the next epoch, when all steps of this one are reported. */
  endEpoch(): void {
    const { step, epoch } = this.#at;
    this.#at = { ...BEGINNING, step, epoch: epoch + 1 };
    this.#reported = 0;
    this.#epochBegan = performance.now();
  }

  /**
   * Sums the losses of all steps that were taken since the last report, and says what to tell of them, epoch by epoch. Of the time
   * since the epoch began, each step gets an equal share. Steps after one whose loss is no finite number are forgotten.
   */
  report(
    taken: readonly StepReport[],
    evaluateEvery: number,
  ): { reports: ProgressReport[]; diverged: boolean } {
    const secondsPerStep = this.epochSeconds / (this.#reported + taken.length);
    const last = taken.find(({ loss }) => !Number.isFinite(loss));
    const parts = byEpoch(last === undefined ? taken : taken.slice(0, taken.indexOf(last) + 1));
    const reports = parts.map((steps, i): ProgressReport => {
      if (i > 0) this.#at.lossSum = this.#reported = 0;
      for (const { loss } of steps) this.#at.lossSum += loss;
      this.#reported += steps.length;
      if (i === parts.length - 1) return { steps };
      const { epoch, step } = steps.at(-1)!;
      const seconds = secondsPerStep * this.#reported;
      this.#epochBegan += 1000 * seconds;
      const evaluated = (epoch + 1) % evaluateEvery === 0;
      const train = { loss: this.meanLoss };
      return { steps, passed: { epoch, step: step + 1, train, evaluated, seconds } };
    });
    if (last !== undefined) {
      this.#at = { ...this.#at, step: last.step + 1, epoch: last.epoch, epochSteps: this.#reported };
    }
    return { reports, diverged: last !== undefined };
  }
}

/** Steps in groups of one epoch each. */
function byEpoch(steps: readonly StepReport[]): StepReport[][] {
  const groups: StepReport[][] = [];
  for (const step of steps) {
    const group = groups.at(-1);
    if (group?.[0]?.epoch === step.epoch) group.push(step);
    else groups.push([step]);
  }
  return groups;
}
