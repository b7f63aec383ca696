/** Most events of a kind that are kept, and most bytes that they take, about. */
const MAX_EVENTS = 1000;
const MAX_BYTES = 2 ** 25;
/** The share of both that is left where they are exceeded. */
const KEPT = 0.75;
/** What an object takes besides its values. */
const OBJECT_BYTES = 64;

/** An event that is kept in a run's columns: a look at something, or what was written. */
interface Kept {
  readonly kind: string;
  readonly name?: string | undefined;
  readonly split?: string | undefined;
}

interface Entry<E> {
  readonly event: E;
  /** Its number among all events. */
  readonly order: number;
  /** Its number among those of its series. */
  readonly index: number;
  readonly bytes: number;
}

/** Events of one kind, name and split. Those whose number is a multiple of the stride are kept, and the newest. */
interface Series<E> {
  entries: Entry<E>[];
  stride: number;
  seen: number;
}

/** About how many bytes plain data takes. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = OBJECT_BYTES;
  for (const below of Object.values(value)) bytes += bytesOf(below);
  return bytes;
}

/**
 * Events in the order of the log, as many as memory bears: of each kind 1000 and 32 MiB at most. Beyond, the longest series (events of one
 * kind, name and split) is thinned evenly: it keeps its first event, each second of the others, then each fourth, and always its
 * newest one. Of very many series those go whose newest event is oldest.
 */
export class ThinnedEvents<E extends Kept> {
  readonly #kinds = new Map<string, ThinnedKind<E>>();
  #order = 0;
  #all: readonly E[] | undefined;

  /** The events that are kept, in the order of the log. */
  get all(): readonly E[] {
    this.#all ??= [...this.#kinds.values()]
      .flatMap((kind) => kind.entries)
      .sort((a, b) => a.order - b.order)
      .map(({ event }) => event);
    return this.#all;
  }

  add(event: E): void {
    this.#all = undefined;
    let kind = this.#kinds.get(event.kind);
    if (kind === undefined) {
      kind = new ThinnedKind();
      this.#kinds.set(event.kind, kind);
    }
    kind.add(event, this.#order++);
  }

  /** Forgets the events that are not to stay. */
  retain(stays: (event: E) => boolean): void {
    this.#all = undefined;
    for (const kind of this.#kinds.values()) kind.retain(stays);
  }
}

class ThinnedKind<E extends Kept> {
  /** By name and split, the one with the oldest newest event first. */
  readonly #series = new Map<string, Series<E>>();
  #count = 0;
  #bytes = 0;

  get entries(): readonly Entry<E>[] {
    return [...this.#series.values()].flatMap(({ entries }) => entries);
  }

  add(event: E, order: number): void {
    const key = JSON.stringify([event.name, event.split]);
    const series: Series<E> = this.#series.get(key) ?? { entries: [], stride: 1, seen: 0 };
    this.#series.delete(key);
    this.#series.set(key, series);
    const newest = series.entries.at(-1);
    if (newest !== undefined && newest.index % series.stride !== 0) this.#forget([series.entries.pop()!]);
    const entry = { event, order, index: series.seen++, bytes: bytesOf(event) };
    series.entries.push(entry);
    this.#count++;
    this.#bytes += entry.bytes;
    if (!this.#exceeds(1)) return;
    while (this.#exceeds(KEPT) && this.#thin());
  }

  retain(stays: (event: E) => boolean): void {
    for (const [key, series] of this.#series) {
      this.#keep(series, ({ event }) => stays(event));
      if (series.entries.length === 0) this.#series.delete(key);
    }
  }

  /** Whether there is more than so much of what may be. */
  #exceeds(share: number): boolean {
    return this.#count > share * MAX_EVENTS || this.#bytes > share * MAX_BYTES;
  }

  /** Thins the longest series, or where all are of one event drops the oldest. Whether there was anything to drop. */
  #thin(): boolean {
    const sizeOf = ({ entries }: Series<E>): number =>
      this.#count > KEPT * MAX_EVENTS ? entries.length : entries.reduce((sum, { bytes }) => sum + bytes, 0);
    const thinnable = [...this.#series.values()].filter(({ entries }) => entries.length > 1);
    if (thinnable.length === 0) return this.#dropOldest();
    const sizes = thinnable.map(sizeOf);
    const series = thinnable[sizes.indexOf(sizes.reduce((a, b) => Math.max(a, b)))]!;
    const before = series.entries.length;
    const newest = series.entries.at(-1);
    series.stride *= 2;
    this.#keep(series, (entry) => entry === newest || entry.index % series.stride === 0);
    if (series.entries.length === before) this.#forget([series.entries.shift()!]);
    return true;
  }

  #dropOldest(): boolean {
    const [oldest] = this.#series;
    if (oldest === undefined || this.#series.size === 1) return false;
    this.#forget(oldest[1].entries);
    return this.#series.delete(oldest[0]);
  }

  #keep(series: Series<E>, stays: (entry: Entry<E>) => boolean): void {
    this.#forget(series.entries.filter((entry) => !stays(entry)));
    series.entries = series.entries.filter(stays);
  }

  #forget(entries: readonly Entry<E>[]): void {
    this.#count -= entries.length;
    for (const { bytes } of entries) this.#bytes -= bytes;
  }
}
