import { ArgumentError } from '@kindling/core';
import type { Dataset, IterableDataset } from '../dataset/dataset.ts';
import type { NextRows } from './sampler.ts';

/** A dataset and how its samples become batches; with `batch`, the dataset makes them itself. */
export interface Batching<S, B> {
  readonly collate: (samples: readonly S[]) => B;
  readonly batch?: ((indices: Int32Array) => B) | undefined;
}

/** The batches of a dataset at groups of indices. */
export function* indexedBatches<S, B>(
  dataset: Dataset<S | Promise<S>, unknown>,
  next: NextRows,
  { collate, batch }: Batching<S, B>,
): Generator<B, undefined> {
  for (let rows = next(); rows !== undefined; rows = next()) {
    yield batch ? batch(rows) : collate(Array.from(rows, (i) => present(dataset.get(i))));
  }
  return undefined;
}

/** {@link indexedBatches} that waits for samples. It begins to get a batch when asked for it, not when the last one is there. */
export function indexedBatchesAsync<S, B>(
  dataset: Dataset<S | Promise<S>, unknown>,
  next: NextRows,
  { collate, batch }: Batching<S, B>,
): AsyncIterator<B, undefined> {
  const get = async (rows: Int32Array): Promise<B> =>
    batch ? batch(rows) : collate(await Promise.all(Array.from(rows, (i) => dataset.get(i))));
  return {
    async next() {
      const rows = next();
      return rows === undefined ? { done: true, value: undefined } : { value: await get(rows) };
    },
  };
}

/** How a stream is divided. */
export interface Division {
  readonly batchSize: number;
  readonly dropLast: boolean;
  /** Batches at the beginning to pass over. */
  readonly skip: number;
}

/** The batches of a stream. */
export function* streamedBatches<S, B>(
  stream: Iterable<S>,
  { batchSize, dropLast, skip }: Division,
  { collate }: Batching<S, B>,
): Generator<B, undefined> {
  let samples: S[] = [];
  let full = 0;
  for (const sample of stream) {
    samples.push(present(sample));
    if (samples.length < batchSize) continue;
    if (full++ >= skip) yield collate(samples);
    samples = [];
  }
  if (samples.length > 0 && !dropLast && full >= skip) yield collate(samples);
  return undefined;
}

/** {@link streamedBatches} of an asynchronous stream too. */
export async function* streamedBatchesAsync<S, B>(
  stream: IterableDataset<S>,
  { batchSize, dropLast, skip }: Division,
  { collate }: Batching<S, B>,
): AsyncGenerator<B, undefined> {
  let samples: S[] = [];
  let full = 0;
  for await (const sample of stream) {
    samples.push(sample);
    if (samples.length < batchSize) continue;
    if (full++ >= skip) yield collate(samples);
    samples = [];
  }
  if (samples.length > 0 && !dropLast && full >= skip) yield collate(samples);
  return undefined;
}

/** A sample that is there at once. */
function present<S>(sample: S | Promise<S>): S {
  if (!(sample instanceof Promise)) return sample;
  throw new ArgumentError('DataLoader: expected samples, got promises; iterate with for await');
}
