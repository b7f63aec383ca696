import type { HostMessage, RunRow } from '@kindling/dashboard/protocol';

/** The rows of a feed: receives all runs, then those that have changed. */
export class RunList {
  readonly #rows = new Map<string, RunRow>();

  /** The newest first. */
  get rows(): readonly RunRow[] {
    return [...this.#rows.values()].sort((a, b) => (b.started ?? 0) - (a.started ?? 0));
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
  }

  /** Takes a message; whether the rows have changed. */
  receive(message: HostMessage): boolean {
    if (message.type === 'snapshot') {
      this.#rows.clear();
      for (const row of message.runs) this.#rows.set(row.id, row);
      return true;
    }
    if (message.type !== 'runs') return false;
    for (const id of message.removed) this.#rows.delete(id);
    for (const row of message.changed) this.#rows.set(row.id, row);
    return message.changed.length + message.removed.length > 0;
  }
}
