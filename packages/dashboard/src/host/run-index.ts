import { statSync } from 'node:fs';
import { entryAt, foldersIn, type RunEntry } from './run-entry.ts';
import { TimeSlices } from './time-slices.ts';

/** Folders that are not expected to change are looked at in turn: this part of them, or at least so many, each time. */
const COLD_PART = 20;
const MIN_COLD = 200;
/** Bytes of a log that are read in one piece. */
const LOG_BYTES = 2 ** 18;
/** How long the reading of logs rests between two turns, in milliseconds: the process has other work. */
const REST_MS = 5;

/** Receives changes of runs. */
export interface IndexListener {
  changed(entry: RunEntry): void;
  removed(id: string): void;
}

/**
 * The runs below a folder: directly in it, and in groups such as sweeps, one level deeper. {@link scan} looks for what has changed:
 * each time at what is expected to, and at the rest in turn, so that ten thousand runs that are over cost next to nothing.
 */
export class RunIndex {
  readonly #path: string;
  readonly #listener: IndexListener;
  readonly #entries = new Map<string, RunEntry>();
  /** Ids of the entries in a folder, by what they begin with: nothing, or `sweep/`. */
  readonly #below = new Map<string, Set<string>>();
  #rootSignature = '';
  /** Where the turn of entries that are not expected to change has come to. */
  #turn = 0;

  constructor(path: string, listener: IndexListener) {
    this.#path = path;
    this.#listener = listener;
  }

  /** The entry of a run; undefined where there is no such run. */
  run(id: string): RunEntry | undefined {
    const entry = this.#entries.get(id);
    return entry?.row === undefined ? undefined : entry;
  }

  /** All runs, in no order. */
  *runs(): Generator<RunEntry> {
    for (const entry of this.#entries.values()) if (entry.row !== undefined) yield entry;
  }

  /** Looks for changes. @param isHot Names runs to look at each time. */
  async scan(isHot: (id: string) => boolean): Promise<void> {
    const turns = new TimeSlices();
    const entries = [...this.#entries.values()];
    await this.#lookForRoot(turns);
    const cold = Math.max(MIN_COLD, Math.ceil(entries.length / COLD_PART));
    const first = this.#turn < entries.length ? this.#turn : 0;
    for (const [i, entry] of entries.entries()) {
      const isItsTurn = i >= first && i < first + cold;
      if (!isItsTurn && !entry.isHot && !isHot(entry.id)) continue;
      await this.#refresh(entry, turns);
    }
    this.#turn = first + cold;
  }

  /** Looks at one run at once. */
  refresh(entry: RunEntry): void {
    if (this.#entries.get(entry.id) === entry) this.#look(entry, true);
  }

  /** Reads logs that were not read yet, those of runs at work first, until `isOver`. */
  async readLogs(isOver: () => boolean): Promise<void> {
    const turns = new TimeSlices(REST_MS);
    const unread = [...this.runs()].filter((entry) => entry.hasUnreadLog);
    const atWork = unread.filter(({ row }) => row?.state === 'running');
    for (const entry of new Set([...atWork, ...unread])) {
      for (;;) {
        if (isOver()) return;
        const { more, changed } = entry.readLog(LOG_BYTES);
        if (changed) this.#listener.changed(entry);
        await turns.pause();
        if (!more) break;
      }
    }
  }

  async #lookForRoot(turns: TimeSlices): Promise<void> {
    let signature = '';
    try {
      const { ino, mtimeMs } = statSync(this.#path);
      // Another change may come within the resolution of the time.
      if (Math.abs(Date.now() - mtimeMs) > 2000) signature = `${ino}:${mtimeMs}`;
      if (signature !== '' && signature === this.#rootSignature) return;
    } catch {
      // Not there, or not there any more.
    }
    this.#rootSignature = signature;
    await this.#sync('', foldersIn(this.#path), turns);
  }

  async #refresh(entry: RunEntry, turns: TimeSlices): Promise<void> {
    if (this.#entries.get(entry.id) !== entry) return;
    this.#look(entry);
    await turns.pause();
    // Groups have no groups in them.
    if (!entry.id.includes('/')) await this.#sync(`${entry.id}/`, entry.children, turns);
  }

  #look(entry: RunEntry, isForced = false): void {
    const wasRun = entry.row !== undefined;
    const found = entry.refresh(isForced);
    if (found === 'gone') this.#drop(entry.id);
    else if (found === 'changed' && entry.row !== undefined) this.#listener.changed(entry);
    else if (wasRun && entry.row === undefined) this.#listener.removed(entry.id);
  }

  /** Makes the entries of a folder those of these names. */
  async #sync(prefix: string, names: readonly string[], turns: TimeSlices): Promise<void> {
    const wanted = new Set(names.map((name) => `${prefix}${name}`));
    const below = this.#below.get(prefix) ?? new Set();
    for (const id of [...below]) if (!wanted.has(id)) this.#drop(id);
    for (const id of wanted) {
      if (this.#entries.has(id)) continue;
      const entry = entryAt(this.#path, id);
      this.#entries.set(id, entry);
      this.#below.set(prefix, below.add(id));
      await this.#refresh(entry, turns);
    }
  }

  /** Forgets an entry and those in it. */
  #drop(id: string): void {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    this.#below.get(id.slice(0, id.indexOf('/') + 1))?.delete(id);
    if (entry?.row !== undefined) this.#listener.removed(id);
    for (const below of this.#below.get(`${id}/`) ?? []) this.#drop(below);
    this.#below.delete(`${id}/`);
  }
}
