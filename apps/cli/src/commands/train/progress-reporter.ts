import type { Callback, EpochReport, Experiment, Training, TrainSteps } from '@kindling/train';
import { heldBackName } from '@kindling/train/events';
import { formatCount, ProgressLines, plural, TrainingProgress } from '@kindling/train/internal/console';
import { LiveChart } from '../../live/live-chart.ts';
import { type ProgressView, supportedView } from '../../live/progress-view.ts';
import { TrainingView } from '../../live/training-view.ts';
import type { Output } from '../../terminal/output.ts';

/** Reports progress on stderr: on a terminal a view that is redrawn, else a line every few seconds. */
export class ProgressReporter implements Callback {
  readonly name = 'progressReporter';
  readonly interval = Number.POSITIVE_INFINITY;
  readonly #output: Output;
  readonly #experiment: Experiment;
  readonly #view: ProgressView;
  #progress = new TrainingProgress({});
  #chart: LiveChart | undefined;
  #live: TrainingView | undefined;
  #lines: ProgressLines | undefined;

  constructor(output: Output, experiment: Experiment, view: ProgressView = 'chart') {
    this.#output = output;
    this.#experiment = experiment;
    this.#view = supportedView(view, output);
  }

  /** Reports the model, the device and the number of samples and steps. */
  readonly onReady = ({ data, device, model, trainer, stepsPerEpoch, steps }: Training): void => {
    const { name } = this.#experiment;
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
    const title = `${name}: ${facts.join(', ')}`;
    this.#output.note(title);
    for (const text of data.notes) this.#output.note(`${name}: ${text}`);
    this.#begin(title, steps, stepsPerEpoch === 1);
  };

  onTrainBatchEnd(steps: TrainSteps): void {
    const last = steps.at(-1);
    if (last === undefined) return;
    this.#progress.addStep(last);
    if (this.#chart !== undefined) {
      for (const { step, loss } of steps) this.#chart.addStep(step, 'loss', loss);
    }
    this.#live?.update();
    this.#lines?.onStep();
  }

  onTrainEpochEnd(report: EpochReport): void {
    if (!report.evaluated) return;
    this.#progress.addEpoch(report);
    this.#chart?.addEpoch(report.step, report.validation);
    this.#lines?.onEpoch();
  }

  /** Takes the view away. */
  close(): void {
    this.#live?.close();
  }

  #begin(title: string, steps: number, isFullBatch: boolean): void {
    const { name, epochs } = this.#experiment;
    const heldBack = heldBackName(this.#experiment);
    const label = isFullBatch ? { label: name } : {};
    this.#progress = new TrainingProgress({ epochs, steps }, { heldBack, ...label });
    if (this.#view === 'plain') {
      this.#lines = new ProgressLines(this.#progress, (line) => this.#output.note(line));
    } else if (this.#view !== 'none') {
      if (this.#view === 'chart') this.#chart = new LiveChart({ heldBack, isFullBatch });
      this.#live = new TrainingView(this.#output, { title, progress: this.#progress, chart: this.#chart });
    }
  }
}
