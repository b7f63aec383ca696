import { formatClock, formatCount, formatMetric, formatSeconds } from './format.ts';
import type { Progress } from './progress-text.ts';
import { Rate } from './rate.ts';
import { safeLine } from './safe-text.ts';

/** How long a training is, as far as that is known. */
export interface TrainingExtent {
  readonly epochs?: number | undefined;
  readonly steps?: number | undefined;
}

/** A step that was taken, the newest of those that are reported together. */
interface StepTaken {
  readonly step: number;
  readonly epoch: number;
  readonly loss?: number | undefined;
  /** What else was logged of the step. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
}

/** An epoch that is over. Metrics are by name. */
interface EpochTaken {
  readonly epoch: number;
  readonly train?: Readonly<Record<string, number>> | undefined;
  readonly validation?: Readonly<Record<string, number>> | undefined;
  readonly seconds: number;
}

export interface TrainingProgressOptions {
  /** What held-back samples are called. Default `validation`. */
  readonly heldBack?: string | undefined;
  /** Stands before the bar of a training whose epochs are single steps. Default: the epoch. */
  readonly label?: string | undefined;
}

/** How far a training is, in words: as a bar, and as lines. Names of metrics are safe to be shown. */
export class TrainingProgress {
  #extent: TrainingExtent;
  readonly #heldBack: string;
  readonly #label: string | undefined;
  readonly #rate = new Rate();
  #step: StepTaken | undefined;
  #epoch: EpochTaken | undefined;

  constructor(extent: TrainingExtent, { heldBack = 'validation', label }: TrainingProgressOptions = {}) {
    this.#extent = extent;
    this.#heldBack = heldBack;
    this.#label = label;
  }

  /** How long the training is, once that is known. */
  set extent(extent: TrainingExtent) {
    this.#extent = extent;
  }

  /** @param time In seconds, of whatever clock. */
  addStep(step: StepTaken, time = performance.now() / 1000): void {
    this.#step = step;
    this.#rate.add(step.step, time);
  }

  addEpoch(epoch: EpochTaken): void {
    this.#epoch = epoch;
  }

  /** `train loss 0.1234567`, `validation accuracy 0.9912`: of the newest epoch. */
  get measured(): readonly string[] {
    return [...this.#texts('train'), ...this.#texts('validation')];
  }

  /** `loss 0.1234567` of the newest step. */
  get lossText(): string | undefined {
    return this.#step?.loss === undefined ? undefined : `loss ${formatMetric('loss', this.#step.loss)}`;
  }

  /** `ETA 0:12` and `300 steps/s`, as far as they are known. */
  get pace(): readonly string[] {
    const { perSecond } = this.#rate;
    if (!perSecond) return [];
    const left = this.#secondsLeft();
    const eta = left === undefined ? [] : [`ETA ${formatClock(left)}`];
    return [...eta, `${formatCount(Number(perSecond.toPrecision(3)))} steps/s`];
  }

  /** The bar, with these facts behind it; undefined before the first step. */
  bar(facts: readonly string[]): Progress | undefined {
    if (this.#step === undefined) return undefined;
    const { step } = this.#step;
    return {
      label: this.#label ?? this.#epochText(this.#step),
      done: step + 1,
      total: this.#extent.steps,
      facts,
    };
  }

  /**
   * What was measured in the newest epoch, on held-back samples first; of the training samples all but the loss, which steps tell.
   * Then what the newest step has besides a loss.
   */
  get latest(): readonly string[] {
    const { loss: _, ...metrics } = this.#epoch?.train ?? {};
    return [
      ...this.#texts('validation'),
      ...this.#texts('train', metrics),
      ...metricTexts('', this.#step?.metrics),
    ];
  }

  /** What is behind a bar that stands alone, in the order in which it matters. */
  get facts(): readonly string[] {
    const loss = this.lossText === undefined ? [] : [this.lossText];
    const pace = this.pace;
    return [...loss, ...pace.slice(0, -1), ...this.latest, ...pace.slice(-1)];
  }

  /** `epoch 1 of 3, step 4 of 18: loss 0.1234567, 12 s left` */
  get stepLine(): string {
    const step = this.#step;
    if (step === undefined) return '';
    const { epochs, steps } = this.#extent;
    const epoch = epochs === 1 || this.#label !== undefined ? '' : `${this.#epochText(step)}, `;
    const of = steps === undefined ? '' : ` of ${formatCount(steps)}`;
    const left = this.#secondsLeft();
    const facts = [
      ...(this.lossText === undefined ? [] : [this.lossText]),
      ...(left === undefined ? [] : [`${formatSeconds(left)} left`]),
    ];
    return `${epoch}step ${formatCount(step.step + 1)}${of}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}`;
  }

  /** `epoch 1 of 3: train loss 0.1234567, validation loss 0.2345678 (2.4 s)` */
  get epochLine(): string {
    if (this.#epoch === undefined) return '';
    const { seconds } = this.#epoch;
    const took = seconds < 0.1 ? '' : ` (${formatSeconds(seconds)})`;
    return `${this.#epochText(this.#epoch)}: ${this.measured.join(', ')}${took}`;
  }

  #epochText({ epoch }: { readonly epoch: number }): string {
    const { epochs } = this.#extent;
    return `epoch ${formatCount(epoch + 1)}${epochs === undefined ? '' : ` of ${formatCount(epochs)}`}`;
  }

  #secondsLeft(): number | undefined {
    const { perSecond } = this.#rate;
    const { steps } = this.#extent;
    if (!perSecond || steps === undefined || this.#step === undefined) return undefined;
    return Math.max(0, (steps - this.#step.step - 1) / perSecond);
  }

  #texts(split: 'train' | 'validation', metrics = this.#epoch?.[split]): string[] {
    return metricTexts(split === 'validation' ? `${this.#heldBack} ` : `${split} `, metrics);
  }
}

const metricTexts = (before: string, metrics: Readonly<Record<string, number>> = {}): string[] =>
  Object.entries(metrics).map(([name, value]) => `${before}${safeLine(name)} ${formatMetric(name, value)}`);
