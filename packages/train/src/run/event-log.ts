import {
  closeSync,
  constants,
  dirname,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  syncFolder,
  withPath,
} from '@kindling/data/internal';
import { formatEvent, type RunEvent } from '../events/event.ts';
import { replaceFile, writeAll } from './atomic-file.ts';
import { isRegularFile, openRegularFile, readAt } from './regular-file.ts';

const CHUNK = 2 ** 16;
const LINE_END = 0x0a;

const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

const encoder = new TextEncoder();
const lineOf = (event: RunEvent): Uint8Array => encoder.encode(`${formatEvent(event)}\n`);

/**
 * The writing end of `events.jsonl`. A line reaches the operating system before `append` returns, so a process that dies loses
 * no event; `sync` brings them to the disk.
 */
export class EventLog {
  readonly #path: string;
  readonly #file: number;
  #length: number;

  /**
   * Opens a log at its end.
   *
   * @param length Cuts off what lies beyond this many bytes: events after the checkpoint that a run continues from, which
   *   will happen again. The file is replaced, so that a reader sees the old log or the new one and can tell them apart by the
   *   inode. Default: cut off nothing but half a line.
   * @param next The event that comes behind these bytes, if it is known: it is kept where it is there, else appended.
   * @throws FormatError where something else is in the log's place.
   */
  constructor(path: string, length = Number.POSITIVE_INFINITY, next?: RunEvent) {
    this.#path = path;
    const line = next === undefined ? new Uint8Array() : lineOf(next);
    const isThere = isRegularFile(path) && cut(path, length, line);
    this.#file = withPath(path, () => openSync(path, FLAGS, 0o666));
    this.#length = withPath(path, () => fstatSync(this.#file).size);
    withPath(path, () => syncFolder(dirname(path)));
    if (line.length > 0 && !isThere) this.#write(line);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  append(event: RunEvent): void {
    this.#write(lineOf(event));
  }

  /** Appends events that are lines already, each with its end. */
  appendLines(text: string): void {
    this.#write(encoder.encode(text));
  }

  sync(): void {
    withPath(this.#path, () => fsyncSync(this.#file));
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(line: Uint8Array): void {
    withPath(this.#path, () => {
      try {
        writeAll(this.#file, line);
        this.#length += line.length;
      } catch (error) {
        // A full disk takes half a line. The next event must not begin in its middle.
        ftruncateSync(this.#file, this.#length);
        throw error;
      }
    });
  }
}

/** Cuts a log behind `length` bytes, or behind the line that may follow them. Whether that line is there. */
function cut(path: string, length: number, next: Uint8Array): boolean {
  return openRegularFile(path, (file, size) => {
    const following = readAt(file, Math.min(length, size), next.length);
    const isThere = next.length > 0 && isEqual(following, next);
    const end = isThere ? length + next.length : lineEnd(file, Math.min(length, size));
    if (end < size) {
      replaceFile(path, (copy) => {
        for (let at = 0; at < end; at += CHUNK) writeAll(copy, readAt(file, at, Math.min(CHUNK, end - at)));
      });
    }
    return isThere;
  });
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** Where the last whole line of the first `length` bytes ends. */
function lineEnd(file: number, length: number): number {
  for (let end = length; end > 0; end -= CHUNK) {
    const start = Math.max(0, end - CHUNK);
    const at = readAt(file, start, end - start).lastIndexOf(LINE_END);
    if (at >= 0) return start + at + 1;
  }
  return 0;
}
