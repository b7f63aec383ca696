import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EventFile, RunFolder } from '@kindling/train/runs';
import type { RunRow } from '../protocol.ts';
import { MetricRanges } from './metric-ranges.ts';
import { readRunRow } from './read-run-row.ts';

/** Two changes within this time may leave a folder with one time. */
const MTIME_RESOLUTION_MS = 2000;
/** For so long after a change, another one is expected. */
const HOT_MS = 20_000;

/** A folder where runs are looked for: a run, or a group of runs such as a sweep, or something else. */
export class RunEntry {
  /** Path below the folder of runs, with `/`. */
  readonly id: string;
  readonly folder: RunFolder;
  /** The run in the folder; undefined where there is none. */
  row: RunRow | undefined;
  /** Names of the folders in it, where there is no run. */
  children: readonly string[] = [];
  #signature = '';
  #changed = 0;
  #log: EventFile | undefined;
  #ranges: MetricRanges | undefined;
  /** Whether the log was read to its end, and has not changed since. */
  #isLogRead = false;

  constructor(id: string, folder: RunFolder) {
    this.id = id;
    this.folder = folder;
  }

  /** Whether something is going to change soon. */
  get isHot(): boolean {
    return this.row?.state === 'running' || Math.abs(Date.now() - this.#changed) < HOT_MS;
  }

  /** Whether there is more of the log to read. */
  get hasUnreadLog(): boolean {
    return this.row !== undefined && !this.#isLogRead;
  }

  /**
   * Looks at the folder. Files of a run are replaced, so a folder whose time has not changed holds what it held.
   *
   * @param isForced Reads it in any case.
   * @returns `gone` where it is not there any more, else whether the row has changed.
   */
  refresh(isForced = false): 'gone' | 'changed' | 'same' {
    let stats: { readonly ino: number; readonly mtimeMs: number };
    try {
      const found = lstatSync(this.folder.path);
      if (!found.isDirectory()) return 'gone';
      stats = found;
    } catch {
      return 'gone';
    }
    const { ino, mtimeMs } = stats;
    const signature = `${ino}:${mtimeMs}`;
    const isSettled =
      signature === this.#signature &&
      this.row?.state !== 'running' &&
      Math.abs(Date.now() - mtimeMs) > MTIME_RESOLUTION_MS;
    if (isSettled && !isForced) return 'same';
    if (signature !== this.#signature) this.#isLogRead = false;
    this.#signature = signature;
    this.#changed = mtimeMs;
    const before = this.row;
    this.#look();
    if (this.row?.state === 'running') this.#isLogRead = false;
    return isDeepStrictEqual(before, this.row) ? 'same' : 'changed';
  }

  #look(): void {
    try {
      const isRun = this.folder.exists();
      this.row = isRun ? readRunRow(this.id, this.folder, this.#ranges) : undefined;
      this.children = isRun ? [] : foldersIn(this.folder.path);
    } catch {
      // A folder that cannot be looked into.
      this.row = undefined;
      this.children = [];
    }
  }

  /**
   * Reads on in the log, and makes the row anew at its end.
   *
   * @returns whether there is more to read, and whether the row has changed.
   */
  readLog(maxBytes: number): { readonly more: boolean; readonly changed: boolean } {
    if (this.row === undefined) return { more: false, changed: false };
    const { row } = this;
    this.#ranges ??= new MetricRanges();
    if (this.#log === undefined) {
      this.#ranges.restart();
      this.#log = new EventFile(this.folder.events, this.#ranges);
    }
    if (!readToEnd(this.#log, maxBytes)) return { more: true, changed: false };
    this.#isLogRead = true;
    // A log that is over is not kept open for the rest of a run's life: ten thousand readers take memory.
    if (row.state !== 'running') this.#log = undefined;
    this.row = readRunRow(this.id, this.folder, this.#ranges);
    return { more: false, changed: !isDeepStrictEqual(row, this.row) };
  }
}

/** Reads on in a log; whether that came to its end. One that is not there, or is something else, has nothing to read. */
function readToEnd(log: EventFile, maxBytes: number): boolean {
  try {
    log.read(maxBytes);
    return log.isAtEnd;
  } catch {
    return true;
  }
}

/** Names of the folders in a folder; links are not followed. */
export function foldersIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/** The entry of a folder below the folder of runs. */
export const entryAt = (runs: string, id: string): RunEntry =>
  new RunEntry(id, new RunFolder(join(runs, id)));
