import type { Callback, EpochReport, Experiment, StepReport, Training } from '@kindling/train';
import { heldBackName } from '@kindling/train/events';
import { Rate } from '@kindling/train/internal/console';
import {
  formatClock,
  formatCount,
  formatLoss,
  formatMetric,
  formatSeconds,
  plural,
} from '../../terminal/format.ts';
import type { Output } from '../../terminal/output.ts';
import { ProgressLine } from '../../terminal/progress-line.ts';

/** Without a terminal: how many seconds there are at least between two lines, after an epoch and within one. */
const pause = { epoch: 2, step: 15 };

/** Reports progress on stderr: a progress bar on a terminal, else a line every few seconds. */
export class TrainingNotes implements Callback {
  readonly name = 'notes';
  readonly every = Number.POSITIVE_INFINITY;
  readonly #output: Output;
  readonly #experiment: Experiment;
  readonly #line: ProgressLine;
  readonly #rate = new Rate();
  #steps = 0;
  #stepsPerEpoch = 1;
  #noted = performance.now();

  constructor(output: Output, experiment: Experiment) {
    this.#output = output;
    this.#experiment = experiment;
    this.#line = new ProgressLine(output);
  }

  /** Reports the model, the device and the number of samples and steps. */
  readonly onReady = ({ data, device, model, trainer, batches, steps }: Training): void => {
    const { name } = this.#experiment;
    this.#steps = steps;
    this.#stepsPerEpoch = batches.length;
    const parameters = model.parameters().reduce((count, { numel }) => count + numel, 0);
    const heldBack = data.validation ? ` + ${formatCount(data.validation.length)}` : '';
    const left =
      trainer.step === 0
        ? plural(steps, 'step')
        : trainer.step < steps
          ? `steps ${formatCount(trainer.step)} to ${formatCount(steps)}`
          : `all ${plural(steps, 'step')} done`;
    const facts = [
      `${plural(parameters, 'parameter')} on ${device}`,
      `${formatCount(data.train.length)}${heldBack} samples`,
      left,
    ];
    this.#output.note(`${name}: ${facts.join(', ')}`);
    for (const text of data.notes) this.#output.note(`${name}: ${text}`);
  };

  onSteps(steps: readonly StepReport[]): void {
    const last = steps.at(-1);
    if (last === undefined) return;
    this.#rate.add(last.step);
    if (this.#line.lively) {
      this.#draw(last);
    } else if (this.#isTime(pause.step)) {
      const of = this.#steps > this.#stepsPerEpoch ? `${this.#epochOf(last.epoch)}, ` : '';
      this.#note(
        `${of}step ${formatCount(last.step + 1)} of ${formatCount(this.#steps)}: loss ${formatLoss(last.loss)}${this.#left(last)}`,
      );
    }
  }

  onEpoch({ epoch, train, validation, evaluated, seconds }: EpochReport): void {
    if (!evaluated || this.#line.lively || !this.#isTime(pause.epoch)) return;
    const facts = Object.entries({ train, [heldBackName(this.#experiment)]: validation }).flatMap(
      ([split, values]) =>
        Object.entries(values ?? {}).map(
          ([metric, value]) => `${split} ${metric} ${formatMetric(metric, value)}`,
        ),
    );
    const took = seconds < 0.1 ? '' : ` (${formatSeconds(seconds)})`;
    this.#note(`${this.#epochOf(epoch)}: ${facts.join(', ')}${took}`);
  }

  /** Removes the progress bar. */
  clear(): void {
    this.#line.clear();
  }

  #draw(last: StepReport): void {
    this.#line.update(() => {
      const { perSecond } = this.#rate;
      const left = perSecond ? [`ETA ${formatClock((this.#steps - last.step - 1) / perSecond)}`] : [];
      const speed = perSecond ? [`${formatCount(Number(perSecond.toPrecision(3)))} steps/s`] : [];
      return {
        label: this.#stepsPerEpoch > 1 ? this.#epochOf(last.epoch) : this.#experiment.name,
        done: last.step + 1,
        total: this.#steps,
        facts: [`loss ${formatLoss(last.loss)}`, ...left, ...speed],
      };
    });
  }

  #epochOf(epoch: number): string {
    const { epochs } = this.#experiment;
    return `epoch ${formatCount(epoch + 1)} of ${formatCount(epochs)}`;
  }

  #left({ step }: StepReport): string {
    const { perSecond } = this.#rate;
    return perSecond ? `, ${formatSeconds((this.#steps - step - 1) / perSecond)} left` : '';
  }

  #isTime(seconds: number): boolean {
    return performance.now() - this.#noted >= 1000 * seconds;
  }

  #note(text: string): void {
    this.#output.note(text);
    this.#noted = performance.now();
  }
}
