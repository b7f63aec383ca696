import {
  type EventSink,
  RunColumns,
  type RunEvent,
  type SampleEvent,
  type StepRow,
} from '@kindling/train/events';
import { ProgressCursor, type ProgressSource } from './progress-cursor.ts';

/** What the log of a run comes to, and how far pages were told of it. */
export class RunProgress implements EventSink {
  readonly columns = new RunColumns();
  readonly #cursors = new Set<ProgressCursor>();
  /** The samples that cursors know of. */
  #samples: readonly SampleEvent[] = [];
  /** The first rows that have changed since cursors were moved. */
  #changedStep = Number.POSITIVE_INFINITY;
  #changedEpoch = Number.POSITIVE_INFINITY;

  /** Whether any page shows the run. */
  get isShown(): boolean {
    return this.#cursors.size > 0;
  }

  /** The samples of the log, in its order. */
  get samples(): readonly SampleEvent[] {
    return this.#samples;
  }

  /** Begins to tell a page of the run, from its first row on. */
  addCursor(source: ProgressSource): ProgressCursor {
    const cursor = new ProgressCursor(source);
    this.#cursors.add(cursor);
    return cursor;
  }

  removeCursor(cursor: ProgressCursor): void {
    this.#cursors.delete(cursor);
  }

  step(row: StepRow): void {
    const { columns } = this;
    const epochs = columns.epochs.length;
    columns.step(row);
    this.#noteSteps(columns.steps.length - 1);
    if (columns.epochs.length < epochs) this.#noteEpochs(columns.epochs.length);
  }

  event(event: RunEvent): void {
    const { columns } = this;
    const steps = columns.steps.length;
    columns.event(event);
    if (columns.steps.length < steps) this.#noteSteps(columns.steps.length);
    if (event.type === 'epoch') this.#noteEpochs(columns.epochs.length - 1);
  }

  restart(): void {
    this.columns.restart();
    this.#noteSteps(0);
    this.#noteEpochs(0);
  }

  /** Where rows have changed that a page was told of, it is told of them again. Is called after each piece of the log. */
  moveCursors(): void {
    const before = this.#samples;
    this.#samples = [...this.columns.samples];
    const same = this.#samples.findIndex((sample, i) => sample !== before[i]);
    for (const cursor of this.#cursors) {
      cursor.goBackTo({
        steps: this.#changedStep,
        epochs: this.#changedEpoch,
        samples: same < 0 ? this.#samples.length : same,
      });
    }
    this.#changedStep = this.#changedEpoch = Number.POSITIVE_INFINITY;
  }

  #noteSteps(row: number): void {
    this.#changedStep = Math.min(this.#changedStep, row);
  }

  #noteEpochs(row: number): void {
    this.#changedEpoch = Math.min(this.#changedEpoch, row);
  }
}
