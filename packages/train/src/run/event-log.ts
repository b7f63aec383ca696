import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { writeFileAtomic } from './atomic-file.ts';
import { formatEvent, type RunEvent } from './event.ts';

/**
 * The writing end of `events.jsonl`. A line reaches the operating system before `append` returns, so a process that dies loses
 * no event; `sync` brings them to the disk.
 */
export class EventLog {
  readonly #file: number;
  #length: number;

  /**
   * Opens a log at its end.
   *
   * @param length Cuts off what lies beyond this many bytes: events after the checkpoint that a run continues from, which
   *   will happen again. The file is replaced, so that a reader sees the old log or the new one and can tell them apart by the
   *   inode. Default: cut off nothing but half a line.
   */
  constructor(path: string, length = Number.POSITIVE_INFINITY) {
    if (existsSync(path)) {
      const content = readFileSync(path);
      const whole = content.subarray(0, length).lastIndexOf(0x0a) + 1;
      if (whole < content.length) writeFileAtomic(path, content.subarray(0, whole));
    }
    this.#file = openSync(path, 'a');
    this.#length = fstatSync(this.#file).size;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  append(event: RunEvent): void {
    const line = Buffer.from(`${formatEvent(event)}\n`);
    for (let written = 0; written < line.length; ) written += writeSync(this.#file, line, written);
    this.#length += line.length;
  }

  sync(): void {
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}
