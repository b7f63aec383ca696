import type { RunColumns, SampleEvent } from '@kindling/train/events';
import { EventFile, type RunFolder, readRunDocument } from '@kindling/train/runs';
import type { ProgressCursor, ProgressSource } from './progress-cursor.ts';
import { RunProgress } from './run-progress.ts';

/** Longer documents are not shown. */
const MAX_DOCUMENT = 2 ** 20;

/** A run whose log is followed, for all pages that show it. */
export class FollowedRun implements ProgressSource {
  readonly id: string;
  readonly #folder: RunFolder;
  readonly #progress = new RunProgress();
  readonly #file: EventFile;

  constructor(id: string, folder: RunFolder) {
    this.id = id;
    this.#folder = folder;
    this.#file = new EventFile(folder.events, this.#progress);
  }

  get columns(): RunColumns {
    return this.#progress.columns;
  }

  /** Whether any page shows the run. */
  get isShown(): boolean {
    return this.#progress.isShown;
  }

  get samples(): readonly SampleEvent[] {
    return this.#progress.samples;
  }

  get log(): ProgressSource['log'] {
    const { skipped, unknown, problem } = this.#file.reader;
    return { skipped, unknown, ...(problem === undefined ? {} : { problem }) };
  }

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
    return this.#progress.addCursor(this);
  }

  removeCursor(cursor: ProgressCursor): void {
    this.#progress.removeCursor(cursor);
  }

  /**
   * Reads on in the log. A log that is not there, or is something else, has nothing new.
   *
   * @returns whether there is more.
   */
  read(maxBytes: number): boolean {
    try {
      if (this.#file.read(maxBytes)) this.#progress.moveCursors();
      return !this.#file.isAtEnd;
    } catch {
      return false;
    }
  }
}
