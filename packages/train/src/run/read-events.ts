import type { RunEvent } from '../events/event.ts';
import { EventReader, type EventReading, type EventSink } from '../events/event-reader.ts';
import { openRegularFileWithStats, readAt } from './regular-file.ts';

const CHUNK = 2 ** 18;

/**
 * Reads the events of a log, one after the other, whatever its size. Lines that are damaged and events of a type that this version
 * does not know are passed over and counted. A last line without an end is left out: it is still being written, or was when the run
 * died.
 *
 * @throws {FormatError} where something else than a regular file is in its place.
 */
export function readEvents(path: string, onEvent: (event: RunEvent) => void): EventReading {
  return readLog(path, { event: onEvent });
}

/** {@link readEvents} for a sink such as `RunColumns`. */
export function readLog(path: string, sink: EventSink): EventReading {
  const file = new EventFile(path, sink);
  file.read();
  const { skipped, unknown, problem } = file.reader;
  return { skipped, unknown, problem };
}

/** Follows a log on the disk: each {@link read} takes what is new. */
export class EventFile {
  readonly path: string;
  /** What was read so far. */
  readonly reader: EventReader;
  #isAtEnd = false;

  constructor(path: string, sink: EventSink) {
    this.path = path;
    this.reader = new EventReader(sink, path);
  }

  /** Whether the last {@link read} came to the end of the file. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /**
   * Reads to the end of the file, from the beginning where it was replaced or cut.
   *
   * @param maxBytes At most about so many, for a caller that does something else in between. Default: all.
   * @returns whether there was anything new.
   * @throws {FormatError} where something else than a regular file is in its place; what the file system throws.
   */
  read(maxBytes = Number.POSITIVE_INFINITY): boolean {
    return openRegularFileWithStats(this.path, (file, { ino, size }) => {
      const before = this.reader.position;
      const from = this.reader.continueAt({ id: ino, size });
      for (let at = from; ; ) {
        const chunk = readAt(file, at, CHUNK);
        at += chunk.length;
        this.reader.push(chunk);
        this.#isAtEnd = chunk.length < CHUNK;
        if (this.#isAtEnd || at - from >= maxBytes) return at > from || from < before;
      }
    });
  }
}
