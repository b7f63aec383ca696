import { ArgumentError } from '@kindling/core';
import { assertWhole, describeValue } from '@kindling/core/internal';
import { unpack } from './packed.ts';
import type { NextRows } from './sampler.ts';
import type { WorkerPool } from './worker-pool.ts';

/** Options of a `DataLoader` whose samples come from worker threads. */
export interface WorkerOptions {
  /**
   * Worker threads that get samples and make batches, for `for await` in Node.js. 0 for none: samples are got in this thread. Default 0.
   */
  readonly numWorkers?: number | undefined;
  /**
   * The module that has the dataset for the workers: its default export is a dataset, or a function that makes one, or a promise of it. It is
   * an address (`new URL('./dataset.mjs', import.meta.url)`) or a path.
   */
  readonly workerDataset?: URL | string | undefined;
  /** Batches that each worker makes ahead of the one in use. Default 2. */
  readonly prefetchFactor?: number | undefined;
}

/** Where the workers of a loader get their samples from, and how many there are. */
export interface WorkerSettings {
  readonly numWorkers: number;
  readonly module: URL | string;
  readonly prefetchFactor: number;
}

/** Settings, checked; undefined for no workers. @throws ArgumentError for options that are none. */
export function workerSettings(dataset: object, options: WorkerOptions): WorkerSettings | undefined {
  const op = 'DataLoader';
  const { numWorkers = 0, workerDataset, prefetchFactor } = options;
  assertWhole(op, 'numWorkers', numWorkers, 0, 1024);
  if (prefetchFactor !== undefined) assertWhole(op, 'prefetchFactor', prefetchFactor, 1);
  if (workerDataset !== undefined && typeof workerDataset !== 'string' && !(workerDataset instanceof URL)) {
    throw new ArgumentError(
      `${op}: expected workerDataset to be the address or path of a module, got ${describeValue(workerDataset)}`,
    );
  }
  if (numWorkers === 0) return undefined;
  if (workerDataset === undefined) {
    throw new ArgumentError(
      `${op}: expected workerDataset, the module of the dataset, with numWorkers, got none`,
    );
  }
  if (!('get' in dataset)) {
    throw new ArgumentError(`${op}: expected a dataset with a length for numWorkers, got an iterable`);
  }
  return { numWorkers, module: workerDataset, prefetchFactor: prefetchFactor ?? 2 };
}

/** An epoch that workers make the batches of. */
export interface WorkerEpoch<S, B> {
  readonly length: number;
  /** Gives the samples of the next batch. */
  readonly next: NextRows;
  /** Batches at the beginning that are passed over. */
  readonly skip: number;
  /** From which, with the number of the batch, the default generator of a worker is seeded before it makes it. */
  readonly seed: bigint;
  /** Makes a batch of samples here; left out, the workers do. */
  readonly collate: ((samples: readonly S[]) => B) | undefined;
}

/** The batches in their order, each asked of a worker when it is asked for. Workers end with the iterator. */
export function workerBatches<S, B>(
  { numWorkers, module }: WorkerSettings,
  { length, next, skip, seed, collate }: WorkerEpoch<S, B>,
): AsyncIterator<B, undefined> {
  let pool: Promise<WorkerPool> | undefined;
  // Pages that have no workers need not load what starts them.
  const start = async (): Promise<WorkerPool> => {
    const host = await import('#host');
    const collates = collate === undefined;
    return new host.WorkerPool({ module: host.resolveModule(module), numWorkers, length, collates });
  };
  let batch = skip;
  const make = async (indices: Int32Array, number: number): Promise<B> => {
    pool ??= start();
    const task = { indices, seed: BigInt.asUintN(63, seed + BigInt(number)) };
    const value = unpack(await (await pool).make(task));
    return collate === undefined ? (value as B) : collate(value as readonly S[]);
  };
  return {
    async next() {
      const rows = next();
      return rows === undefined ? { done: true, value: undefined } : { value: await make(rows, batch++) };
    },
    async return() {
      await pool?.then((started) => started.close());
      return { done: true, value: undefined };
    },
  };
}
