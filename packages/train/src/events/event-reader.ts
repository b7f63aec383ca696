import type { RunEvent, StepEvent } from './event.ts';
import { readEventLine } from './parse-events.ts';
import { type StepRow, StepScanner } from './step-scanner.ts';

/** Longer lines are not events: the longest of ours show pictures. */
export const MAX_LINE_LENGTH = 2 ** 24;

/** Receives the events of a log, in their order. */
export interface EventSink {
  /**
   * A step, as plain values in an object that the next step overwrites: a million of them take no million objects. Without this
   * method steps come to `event`.
   */
  step?(row: StepRow): void;
  event(event: RunEvent): void;
  /** The log begins anew: what came before no longer counts. */
  restart?(): void;
}

/** What a log was read as. */
export interface EventReading {
  /** Lines that were passed over: damaged, or too long. */
  readonly skipped: number;
  /** Events that were passed over: of a type that this version does not know. */
  readonly unknown: number;
  /** What is wrong with the first line of `skipped`, with its place: `events.jsonl:7: …`. */
  readonly problem: string | undefined;
}

/** What tells the states of a file apart. */
export interface FileState {
  /** Names the file itself, such as its inode: it changes when another file takes its place. Default: it is not known. */
  readonly id?: string | number | bigint | undefined;
  /** In bytes. */
  readonly size: number;
}

/**
 * Reads a log piece by piece, as it grows.
 *
 * ```ts
 * const columns = new RunColumns();
 * const reader = new EventReader(columns);
 * const from = reader.continueAt({ id: stat.ino, size: stat.size }); // 0 where the file was replaced or cut
 * reader.push(bytesFrom(from));
 * ```
 *
 * A last line without an end waits for its rest. A line that is not an event is skipped and counted with its number, an event of an
 * unknown type is passed over and counted; nothing that a log holds makes `push` throw.
 */
export class EventReader implements EventReading {
  readonly #sink: EventSink;
  readonly #name: string;
  readonly #scanner = new StepScanner();
  #decoder = new TextDecoder();
  /** The line that has begun: its pieces, and how long they are together. */
  #pieces: string[] = [];
  #length = 0;
  #bytes = 0;
  #id: FileState['id'];
  #lines = 0;
  #skipped = 0;
  #unknown = 0;
  #problem: string | undefined;

  /** @param name What the log is called in problems. Default `events.jsonl`. */
  constructor(sink: EventSink, name = 'events.jsonl') {
    this.#sink = sink;
    this.#name = name;
  }

  /** Bytes that were pushed since the log began: where the file is to be read next. A text counts as its UTF-8. */
  get position(): number {
    return this.#bytes;
  }

  /** Lines that were read, of whatever kind. */
  get lines(): number {
    return this.#lines;
  }

  get skipped(): number {
    return this.#skipped;
  }

  get unknown(): number {
    return this.#unknown;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  /**
   * The position from which a file is to be read on. It is 0, after a {@link restart}, where the file is shorter than what was read
   * of it, or is not the one that was read.
   */
  continueAt({ id, size }: FileState): number {
    if (this.#bytes > 0 && (size < this.#bytes || id !== this.#id)) this.restart();
    this.#id = id;
    return this.#bytes;
  }

  /** Forgets everything, as for a log that was replaced. */
  restart(): void {
    this.#decoder = new TextDecoder();
    this.#pieces = [];
    this.#length = this.#bytes = this.#lines = this.#skipped = this.#unknown = 0;
    this.#problem = undefined;
    this.#sink.restart?.();
  }

  /** Takes the next piece of the log, whole lines or not. */
  push(chunk: Uint8Array | string): void {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
    this.#bytes += bytes.length;
    const text = this.#decoder.decode(bytes, { stream: true });
    let start = 0;
    for (;;) {
      const end = text.indexOf('\n', start);
      if (end < 0) break;
      if (this.#length === 0) this.#take(text, start, end);
      else {
        this.#hold(text.slice(start, end));
        const line = this.#pieces.join('');
        this.#take(line, 0, this.#length);
        this.#pieces = [];
        this.#length = 0;
      }
      start = end + 1;
    }
    if (start < text.length) this.#hold(text.slice(start));
  }

  #hold(piece: string): void {
    this.#length += piece.length;
    if (this.#length <= MAX_LINE_LENGTH) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  /** Reads the line from `start` to `end`. One that is too long no longer exists. */
  #take(text: string, start: number, end: number): void {
    this.#lines++;
    if (end - start > MAX_LINE_LENGTH) {
      this.#skip(`${this.#place}: expected an event, got a line of more than ${MAX_LINE_LENGTH} characters`);
      return;
    }
    if (this.#scanner.scan(text, start, end)) {
      if (this.#sink.step === undefined) this.#sink.event(stepEvent(this.#scanner));
      else this.#sink.step(this.#scanner);
      return;
    }
    const read = readEventLine(text.slice(start, end), this.#place);
    if ('problem' in read) this.#skip(read.problem);
    else if ('unknown' in read) this.#unknown++;
    else if (read.event.type === 'step' && this.#sink.step !== undefined)
      this.#sink.step(stepRow(read.event));
    else this.#sink.event(read.event);
  }

  get #place(): string {
    return `${this.#name}:${this.#lines}`;
  }

  #skip(problem: string): void {
    this.#skipped++;
    this.#problem ??= problem;
  }
}

function stepEvent({ step, epoch, time, loss, lr, names, values, count, hasMetrics }: StepRow): StepEvent {
  const metrics: Record<string, number> = {};
  for (let i = 0; i < count; i++) metrics[names[i]!] = values[i]!;
  return {
    type: 'step',
    step,
    epoch,
    ...(loss === undefined ? {} : { loss }),
    ...(lr === undefined ? {} : { lr }),
    ...(hasMetrics ? { metrics } : {}),
    time,
  };
}

/** A step's event as plain values. */
export function stepRow({ step, epoch, time, loss, lr, metrics }: StepEvent): StepRow {
  const names = Object.keys(metrics ?? {});
  const values = Object.values(metrics ?? {});
  const hasMetrics = metrics !== undefined;
  return { step, epoch, time, loss, lr, names, values, count: names.length, hasMetrics };
}
