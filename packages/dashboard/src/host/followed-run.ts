import { RunColumns, type SampleEvent } from '@kindling/train/events';
import { EventFile, type RunFolder, readRunDocument } from '@kindling/train/runs';
import { ProgressCursor } from './progress-cursor.ts';

/** Longer documents are not shown. */
const MAX_DOCUMENT = 2 ** 20;

/** A run whose log is followed, for all pages that show it. */
export class FollowedRun {
  readonly id: string;
  readonly columns = new RunColumns();
  readonly #folder: RunFolder;
  readonly #file: EventFile;
  readonly #cursors = new Set<ProgressCursor>();
  /** The samples that cursors know of. */
  #samples: readonly SampleEvent[] = [];
  /** The first rows that have changed in the piece of the log that is being read. */
  #changedStep = Number.POSITIVE_INFINITY;
  #changedEpoch = Number.POSITIVE_INFINITY;

  constructor(id: string, folder: RunFolder) {
    this.id = id;
    this.#folder = folder;
    const { columns } = this;
    this.#file = new EventFile(folder.events, {
      step: (row) => {
        const epochs = columns.epochs.length;
        columns.step(row);
        this.#changedStep = Math.min(this.#changedStep, columns.steps.length - 1);
        if (columns.epochs.length < epochs) this.#noteEpochs(columns.epochs.length);
      },
      event: (event) => {
        const steps = columns.steps.length;
        columns.event(event);
        if (columns.steps.length < steps) this.#noteSteps(columns.steps.length);
        if (event.type === 'epoch') this.#noteEpochs(columns.epochs.length - 1);
      },
      restart: () => {
        columns.restart();
        this.#noteSteps(0);
        this.#noteEpochs(0);
      },
    });
  }

  /** Whether any page shows the run. */
  get isShown(): boolean {
    return this.#cursors.size > 0;
  }

  /** The samples of the log, in its order. */
  get samples(): readonly SampleEvent[] {
    return this.#samples;
  }

  /** Lines of the log that were passed over. */
  get log(): { readonly skipped: number; readonly unknown: number; readonly problem?: string } {
    const { skipped, unknown, problem } = this.#file.reader;
    return { skipped, unknown, ...(problem === undefined ? {} : { problem }) };
  }

  /** The experiment or config as JSON text; undefined where it cannot be read. */
  get document(): string | undefined {
    try {
      const text = readRunDocument(this.#folder);
      return text.length <= MAX_DOCUMENT ? text : undefined;
    } catch {
      return undefined;
    }
  }

  /** Begins to send the run to a page, from its first row on. */
  addCursor(): ProgressCursor {
    const cursor = new ProgressCursor(this);
    this.#cursors.add(cursor);
    return cursor;
  }

  removeCursor(cursor: ProgressCursor): void {
    this.#cursors.delete(cursor);
  }

  /**
   * Reads on in the log. A log that is not there, or is something else, has nothing new.
   *
   * @returns whether there is more.
   */
  read(maxBytes: number): boolean {
    this.#changedStep = this.#changedEpoch = Number.POSITIVE_INFINITY;
    try {
      if (this.#file.read(maxBytes)) this.#moveCursors();
      return !this.#file.isAtEnd;
    } catch {
      return false;
    }
  }

  /** Rows that have changed after they were sent to a page are sent again. */
  #moveCursors(): void {
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
  }

  #noteSteps(row: number): void {
    this.#changedStep = Math.min(this.#changedStep, row);
  }

  #noteEpochs(row: number): void {
    this.#changedEpoch = Math.min(this.#changedEpoch, row);
  }
}
