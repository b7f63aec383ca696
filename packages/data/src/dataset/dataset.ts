import type { Collated } from '../loader/collate.ts';

/**
 * Samples by number. `get(i)` gives sample i for i in [0, length): a tensor, a number, a tuple or an object of those
 * (see {@link collate}), or a promise of it where it takes time (then the loader is iterated with `for await`).
 *
 * ```ts
 * const squares: Dataset<readonly [number, number]> = { length: 100, get: (i) => [i, i * i] };
 * ```
 *
 * @see https://docs.pytorch.org/docs/2.15/data.html#map-style-datasets
 */
export interface Dataset<T, B = Collated<Awaited<T>>> {
  readonly length: number;
  get(index: number): T;
  /** The batch of the samples at these indices, where that is cheaper than collating them one by one. */
  readonly batch?: ((indices: Int32Array) => B) | undefined;
}

/**
 * Samples one after the other, for streams: without numbers they cannot be shuffled.
 *
 * @see https://docs.pytorch.org/docs/2.15/data.html#iterable-style-datasets
 */
export type IterableDataset<T> = Iterable<T> | AsyncIterable<T>;
