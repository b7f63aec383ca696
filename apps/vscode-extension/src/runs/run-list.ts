import type { HostMessage, RunRow } from '@kindling/dashboard/protocol';

/** What a message has changed. */
export interface RunChange {
  /** Ids of the rows that say something else now. */
  readonly changed: readonly string[];
  /** Whether runs have come or gone, or stand in another order. */
  readonly isReordered: boolean;
}

/** The rows of a feed: receives all runs, then those that have changed. */
export class RunList {
  readonly #rows = new Map<string, RunRow>();
  /** Sorted when they are asked for: there may be ten thousand. */
  #sorted: readonly RunRow[] | undefined;

  /** The newest first. */
  get rows(): readonly RunRow[] {
    this.#sorted ??= [...this.#rows.values()].sort((a, b) => (b.started ?? 0) - (a.started ?? 0));
    return this.#sorted;
  }

  get running(): readonly RunRow[] {
    return this.rows.filter(({ state }) => state === 'running');
  }

  get(id: string): RunRow | undefined {
    return this.#rows.get(id);
  }

  /** The newest run of an experiment, by the experiment's name. */
  newestOf(experiment: string): RunRow | undefined {
    return this.rows.find(({ settings }) => settings.name === experiment);
  }

  clear(): void {
    this.#rows.clear();
    this.#sorted = undefined;
  }

  /** Takes a message. Undefined where it changes no row. */
  receive(message: HostMessage): RunChange | undefined {
    if (message.type === 'snapshot') {
      this.clear();
      for (const row of message.runs) this.#rows.set(row.id, row);
      return { changed: message.runs.map(({ id }) => id), isReordered: true };
    }
    if (message.type !== 'runs' || message.changed.length + message.removed.length === 0) return undefined;
    let isReordered = false;
    for (const id of message.removed) isReordered = this.#rows.delete(id) || isReordered;
    for (const row of message.changed) {
      const before = this.#rows.get(row.id);
      isReordered ||= before === undefined || before.started !== row.started;
      this.#rows.set(row.id, row);
    }
    this.#sorted = undefined;
    return { changed: message.changed.map(({ id }) => id), isReordered };
  }
}
