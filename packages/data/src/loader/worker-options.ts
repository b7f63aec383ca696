import { ArgumentError } from '@kindling/core';
import { assertBoolean, assertWhole, describeValue } from '@kindling/core/internal';

/** Options of a `DataLoader` whose samples come from worker threads. */
export interface WorkerOptions {
  /**
   * Worker threads that get samples and make batches, for `for await` in Node.js. 0 for none: samples are got in this thread. Default 0.
   */
  readonly numWorkers?: number | undefined;
  /**
   * The module that has the dataset for the workers: its default export is a dataset, or a function that makes one, or a promise of it. It is
   * an address (`new URL('./dataset.mjs', import.meta.url)`) or a path, of what Node.js loads: JavaScript, or TypeScript from Node.js 22.18 on.
   */
  readonly workerDataset?: URL | string | undefined;
  /** Batches that each worker makes ahead of the one in use. Default 2. */
  readonly prefetchFactor?: number | undefined;
  /** Whether workers stay for the next epoch, until `close()` or the end of the process. Default false: they end with each iteration. */
  readonly persistentWorkers?: boolean | undefined;
}

/** Where the workers of a loader get their samples from, and how many there are. */
export interface WorkerSettings {
  readonly numWorkers: number;
  readonly module: URL | string;
  readonly prefetchFactor: number;
  readonly persistentWorkers: boolean;
}

/** Settings, checked; undefined for no workers. @throws ArgumentError for options that are none. */
export function workerSettings(dataset: object, options: WorkerOptions): WorkerSettings | undefined {
  const op = 'DataLoader';
  const { numWorkers = 0, workerDataset, prefetchFactor = 2, persistentWorkers = false } = options;
  assertWhole(op, 'numWorkers', numWorkers, 0, 1024);
  assertWhole(op, 'prefetchFactor', prefetchFactor, 1);
  assertBoolean(op, 'persistentWorkers', persistentWorkers);
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
  return { numWorkers, module: workerDataset, prefetchFactor, persistentWorkers };
}
