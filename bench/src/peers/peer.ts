import type { Task } from '../task.ts';

export type Versions = Readonly<Record<string, string>>;

/** A library that is measured. One file makes one; the worker lets it be driven line by line. */
export interface Peer {
  /** Of the library and what it stands on, by name. */
  versions(): Versions | Promise<Versions>;
  /** @throws for a task that the library cannot do. */
  prepare(task: Task): Prepared | Promise<Prepared>;
}

/** A task that is ready to be repeated. */
export interface Prepared {
  /**
   * A number that all peers must agree on, so that none is measured at something else: the loss of the third step on the
   * first batch, or the mean square of the result. To be asked for before any steps.
   */
  check(): number | Promise<number>;
  /** Takes steps, waits for the result of the last, and returns the seconds that took. */
  step(count: number): number | Promise<number>;
  dispose?(): void | Promise<void>;
}

/** The seconds that `work` takes. */
export async function secondsOf(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

export const meanSquare = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return sum / values.length;
};

export const unsupported = (library: string, what: string): Error => new Error(`${library} has no ${what}`);
