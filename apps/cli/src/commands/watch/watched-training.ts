import type { RunEvent } from '@kindling/train';
import { type EventSink, heldBackName, RunColumns, type RunStartedEvent } from '@kindling/train/events';
import {
  ProgressLines,
  plural,
  type TrainingExtent,
  TrainingProgress,
} from '@kindling/train/internal/console';
import { LiveChart } from '../../live/live-chart.ts';
import type { ProgressView } from '../../live/progress-view.ts';
import { TrainingView } from '../../live/training-view.ts';
import type { Output } from '../../terminal/output.ts';

/** What the events of a run come to while it goes on: columns, and its progress as it is shown. */
export class WatchedTraining implements EventSink {
  readonly #name: string;
  readonly #output: Output;
  readonly #view: ProgressView;
  readonly columns = new RunColumns();
  #progress = new TrainingProgress({});
  #chart: LiveChart | undefined;
  #lines: ProgressLines | undefined;
  #live: TrainingView | undefined;

  constructor(name: string, view: ProgressView, output: Output) {
    this.#name = name;
    this.#view = view;
    this.#output = output;
    this.#begin(undefined);
  }

  event(event: RunEvent): void {
    this.#output.emit(event);
    this.columns.event(event);
    switch (event.type) {
      case 'run-started':
        this.#begin(event);
        break;
      case 'step': {
        const { step, epoch, loss, metrics, time } = event;
        this.#progress.addStep({ step, epoch, loss, metrics }, time / 1000);
        if (loss !== undefined) this.#chart?.addStep(step, 'loss', loss);
        for (const [metric, value] of Object.entries(metrics ?? {}))
          this.#chart?.addStep(step, metric, value);
        this.#lines?.onStep();
        break;
      }
      case 'epoch':
        this.#progress.extent = this.#extent(event.step / (event.epoch + 1));
        this.#progress.addEpoch(event);
        this.#chart?.addEpoch(event.step, event.validation);
        this.#lines?.onEpoch();
        break;
    }
  }

  restart(): void {
    this.columns.restart();
    this.#begin(undefined);
  }

  /** Shows the newest state. */
  update(): void {
    this.#live?.update();
  }

  /** Takes the view away. */
  close(): void {
    this.#live?.close();
  }

  /** Begins anew, as for a run that goes on from an earlier step. */
  #begin(started: RunStartedEvent | undefined): void {
    const heldBack = heldBackName(started?.experiment);
    this.close();
    this.#progress = new TrainingProgress(this.#extent(undefined), { heldBack });
    if (this.#view === 'plain') {
      this.#lines = new ProgressLines(this.#progress, (line) => this.#output.note(line));
    } else if (this.#view !== 'none') {
      if (this.#view === 'chart')
        this.#chart = new LiveChart({ heldBack, isFullBatch: isFullBatch(started) });
      const title = titleOf(this.#name, started);
      this.#live = new TrainingView(this.#output, { title, progress: this.#progress, chart: this.#chart });
    }
  }

  /** How long the training of an experiment is. */
  #extent(stepsPerEpoch: number | undefined): TrainingExtent {
    const { epochs, maxSteps } = this.columns.started?.experiment ?? {};
    if (typeof epochs !== 'number') return {};
    const most = typeof maxSteps === 'number' ? maxSteps : Number.POSITIVE_INFINITY;
    return stepsPerEpoch === undefined
      ? { epochs }
      : { epochs, steps: Math.min(most, epochs * stepsPerEpoch) };
  }
}

function titleOf(name: string, started: RunStartedEvent | undefined): string {
  const { parameters, device } = started ?? {};
  const facts = [
    ...(parameters === undefined ? [] : [plural(parameters, 'parameter')]),
    ...(device === undefined ? [] : [`on ${device}`]),
  ];
  return facts.length === 0 ? name : `${name}: ${facts.join(' ')}`;
}

function isFullBatch(started: RunStartedEvent | undefined): boolean {
  const data: unknown = started?.experiment?.data;
  return typeof data === 'object' && data !== null && 'batchSize' in data && data.batchSize === 'full';
}
