import { closeSync } from '@kindling/data/internal';
import { CurrentEvents } from '../events/current-events.ts';
import { EventReader, type EventReading, type EventSink } from '../events/event-reader.ts';
import { LogSurvey } from '../events/log-survey.ts';
import { openForReading, readAt } from './regular-file.ts';

const CHUNK = 2 ** 18;

/**
 * A log as it is at this moment, whatever is appended or put into its place meanwhile. It is read twice and never kept: once for what
 * its events have, and once for the events that count.
 */
export class LogSnapshot implements Disposable {
  /** Names of the metrics of steps, but for `loss` and `lr`, in the order of first appearance; 1000 at most. */
  readonly names: readonly string[];
  /** When the run began, in milliseconds since 1970 (UTC). */
  readonly began: number | undefined;
  /** What was passed over. */
  readonly reading: EventReading;
  readonly #path: string;
  readonly #file: number;
  readonly #size: number;
  readonly #survey = new LogSurvey();

  /** @throws {FormatError} for anything but a regular file; what the file system throws. */
  constructor(path: string) {
    this.#path = path;
    const { file, stats } = openForReading(path);
    this.#file = file;
    this.#size = stats.size;
    try {
      const reader = new EventReader(this.#survey, path);
      for (const piece of this.#pieces()) reader.push(piece);
      const { skipped, unknown, problem } = reader;
      this.reading = { skipped, unknown, problem };
    } catch (error) {
      closeSync(file);
      throw error;
    }
    this.names = this.#survey.names;
    this.began = this.#survey.began;
  }

  /**
   * Passes the events that count to a sink: of a run that was resumed not those that came again, and one row for the events of a step that
   * come one after the other. Yields after each piece of the log, so that what the sink has made of it can be written.
   */
  *pass(sink: Required<Pick<EventSink, 'step' | 'event'>>): Generator<void, void> {
    const current = new CurrentEvents(this.#survey.cuts, sink);
    const reader = new EventReader(current, this.#path);
    for (const piece of this.#pieces()) {
      reader.push(piece);
      yield;
    }
    current.flush();
    yield;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  *#pieces(): Generator<Uint8Array, void> {
    for (let at = 0; at < this.#size; at += CHUNK) {
      yield readAt(this.#file, at, Math.min(CHUNK, this.#size - at));
    }
  }
}
