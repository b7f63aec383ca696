import type { RunEvent } from './event.ts';
import { parseEvent } from './parse-events.ts';
import { openRegularFile, readAt } from './regular-file.ts';

const CHUNK = 2 ** 16;
const LINE_END = 0x0a;
/** Longer lines are not events: the longest of ours show 25 pictures or 200 rows. */
const MAX_LINE_BYTES = 2 ** 24;

/** What a log was read as. */
export interface EventReading {
  /** Lines that were passed over: damaged, too long, or of a kind that this version does not know. */
  readonly skipped: number;
  /** What was wrong with the first of these, with its place. */
  readonly problem: string | undefined;
}

/**
 * Reads the events of a log, one after the other, whatever its size. Lines that are none are passed over and counted. A last line
 * without an end is left out: it is still being written, or was when the run died.
 *
 * @throws FormatError where something else than a regular file is in its place.
 */
export function readEvents(path: string, onEvent: (event: RunEvent) => void): EventReading {
  let skipped = 0;
  let problem: string | undefined;
  let number = 0;
  const skip = (what: string): void => {
    skipped++;
    problem ??= what;
  };
  const take = (line: Uint8Array | undefined): void => {
    number++;
    const place = `${path}:${number}`;
    if (line === undefined) {
      skip(`${place}: expected an event, got a line of more than ${MAX_LINE_BYTES} bytes`);
      return;
    }
    let event: RunEvent;
    try {
      event = parseEvent(new TextDecoder().decode(line), place);
    } catch (error) {
      skip(error instanceof Error ? error.message : String(error));
      return;
    }
    onEvent(event);
  };
  openRegularFile(path, (file) => eachLine(file, take));
  return { skipped, problem };
}

/** The lines of a file; undefined for one that is too long. */
function eachLine(file: number, take: (line: Uint8Array | undefined) => void): void {
  let parts: Uint8Array[] = [];
  let length = 0;
  for (let at = 0; ; ) {
    const chunk = readAt(file, at, CHUNK);
    if (chunk.length === 0) return;
    at += chunk.length;
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_END, start);
      const part = chunk.subarray(start, end < 0 ? chunk.length : end);
      length += part.length;
      if (length <= MAX_LINE_BYTES) parts.push(part);
      else parts = [];
      if (end < 0) break;
      take(length <= MAX_LINE_BYTES ? Buffer.concat(parts) : undefined);
      [parts, length, start] = [[], 0, end + 1];
    }
  }
}
