import { ArgumentError, type Generator } from '@kindling/core';
import type { OptionNames } from '@kindling/core/internal';
import type { Dataset, IterableDataset } from '../dataset/dataset.ts';
import { BatchSampler, checkBatchSize, RandomSampler, type Sampler, SequentialSampler } from './sampler.ts';
import type { WorkerOptions } from './worker-options.ts';

/** What a loader takes its samples from. */
export type Samples<S> = Dataset<S | Promise<S>, unknown> | IterableDataset<S>;

/** The batches of an epoch as groups of indices. */
export interface IndexBatches extends Iterable<readonly number[]> {
  readonly length: number;
  readonly generator?: Generator | undefined;
}

export interface DataLoaderOptions<S, B> extends WorkerOptions {
  /** Samples in a batch. Default 1. */
  readonly batchSize?: number | undefined;
  /** Take the samples in another random order each epoch. Default false. */
  readonly shuffle?: boolean | undefined;
  /** The order of the samples, in place of `shuffle`. */
  readonly sampler?: Sampler | undefined;
  /** The batches by indices, in place of `batchSize`, `shuffle`, `sampler` and `dropLast`. */
  readonly batchSampler?: IndexBatches | undefined;
  /** What shuffling draws from. Default: see {@link DataLoader}. */
  readonly generator?: Generator | undefined;
  /** Leave out a last batch that is smaller. Default false. */
  readonly dropLast?: boolean | undefined;
  /** Makes a batch of samples. Default {@link collate}. */
  readonly collate?: ((samples: readonly S[]) => B) | undefined;
  /** How many batches `for await` gets ahead of the one in use. Default 2. */
  readonly prefetch?: number | undefined;
  /** Receives the indices of a batch's samples, before the batch is given out. */
  readonly onBatch?: ((indices: Int32Array) => void) | undefined;
}

export const loaderOptionNames: OptionNames<DataLoaderOptions<unknown, unknown>> = {
  batchSize: true,
  shuffle: true,
  sampler: true,
  batchSampler: true,
  generator: true,
  dropLast: true,
  collate: true,
  prefetch: true,
  onBatch: true,
  numWorkers: true,
  workerDataset: true,
  prefetchFactor: true,
  persistentWorkers: true,
};

/** The order that the options ask for; undefined for iterables, which have their own. */
export function indexOrder<S, B>(
  dataset: Samples<S>,
  options: DataLoaderOptions<S, B>,
): IndexBatches | undefined {
  const { batchSize = 1, shuffle, sampler, batchSampler, dropLast, generator } = options;
  const exclude = (name: string, others: Readonly<Record<string, unknown>>): void => {
    const given = Object.keys(others).filter((key) => others[key] !== undefined && others[key] !== false);
    if (given.length > 0)
      throw new ArgumentError(`DataLoader: expected ${name} alone, got ${given.join(', ')} too`);
  };
  if (!('get' in dataset)) {
    exclude('an iterable dataset, which has its own order,', { shuffle, sampler, batchSampler });
    checkBatchSize(batchSize);
    return undefined;
  }
  if (batchSampler !== undefined) {
    exclude('batchSampler', { batchSize: options.batchSize, shuffle, sampler, dropLast });
    return batchSampler;
  }
  if (sampler !== undefined) exclude('sampler', { shuffle });
  const random = shuffle ? new RandomSampler(dataset, { generator }) : new SequentialSampler(dataset);
  return new BatchSampler(sampler ?? random, batchSize, dropLast);
}
