import type { RunRow } from '@kindling/dashboard/protocol';
import { progress } from './run-values.ts';

interface Mark {
  readonly time: number;
  readonly part: number;
}

/** How fast runs go, from what was seen of them: a run that was resumed began long before it went on. */
export class RunSpeed {
  readonly #first = new Map<string, Mark>();

  /** Notes where the runs at work are. @param now Milliseconds. */
  note(running: readonly RunRow[], now: number): void {
    const ids = new Set(running.map(({ id }) => id));
    for (const id of this.#first.keys()) if (!ids.has(id)) this.#first.delete(id);
    for (const row of running) {
      const part = progress(row);
      const first = this.#first.get(row.id);
      if (part !== undefined && (first === undefined || part < first.part)) {
        this.#first.set(row.id, { time: now, part });
      }
    }
  }

  /** Seconds until a run is through; undefined before it got on. */
  secondsLeft(row: RunRow, now: number): number | undefined {
    const first = this.#first.get(row.id);
    const part = progress(row);
    if (first === undefined || part === undefined || part <= first.part) return undefined;
    return ((now - first.time) / 1000) * ((1 - part) / (part - first.part));
  }
}
