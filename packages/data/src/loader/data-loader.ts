import { ArgumentError, defaultGenerator, type Generator } from '@kindling/core';
import { assertBoolean, checkOptions, describeValue, drawSeed, passSeeds } from '@kindling/core/internal';
import { TensorDataset } from '../dataset/tensor-dataset.ts';
import {
  type Batching,
  type Division,
  indexedBatches,
  indexedBatchesAsync,
  streamedBatches,
  streamedBatchesAsync,
} from './batches.ts';
import { checkDataset } from './check-dataset.ts';
import { type Collated, collate } from './collate.ts';
import {
  type DataLoaderOptions,
  type IndexBatches,
  indexOrder,
  loaderOptionNames,
  type Samples,
} from './loader-options.ts';
import { getStates, type LoaderState, parseLoaderState, setStates } from './loader-state.ts';
import { LoaderWorkers } from './loader-workers.ts';
import { prefetch } from './prefetch.ts';
import type { RowBatches } from './row-batches.ts';
import { BatchSampler, type NextRows, nextRowsOf, SequentialSampler } from './sampler.ts';
import { workerSettings } from './worker-options.ts';

/** The epoch that runs, or the last one if it was left early. */
interface Epoch {
  readonly origin: () => readonly string[];
  batches: number;
}

/**
 * The batches of a dataset, anew with each iteration (an epoch):
 *
 * ```ts
 * const loader = new DataLoader(new TensorDataset(x, y), { batchSize: 256, shuffle: true });
 * for (const [images, labels] of loader) step(images, labels);
 * ```
 *
 * Batches come as tuples or objects of tensors: what the dataset's own `batch` gives, else its samples collated. Datasets
 * that give promises, and asynchronous iterables, are read with `for await`, which gets `prefetch` batches ahead.
 *
 * With `numWorkers`, worker threads get the samples, each with a dataset of its own from `workerDataset`, and `for await` gives their batches:
 *
 * ```ts
 * import dataset from './flowers.mjs'; // export default await imageFolder('flowers', { transform });
 * const workerDataset = new URL('./flowers.mjs', import.meta.url);
 * const loader = new DataLoader(dataset, { batchSize: 64, shuffle: true, numWorkers: 4, workerDataset });
 * for await (const [images, labels] of loader) step(images, labels);
 * ```
 *
 * Batches are the same, in the same order, for any number of workers: before each, the default generator of its worker is seeded with the
 * seed of the epoch (PyTorch's base seed) plus the number of the batch. Workers end with the iteration, unless they persist.
 *
 * The order is that of PyTorch for the same generator state, and the generator is left in the same state. An epoch takes a
 * seed from the default generator when its iteration begins (whether it shuffles or not), and one more for the shuffled order
 * at its first batch. With a generator of its own, the loader draws the seed and the order from that instead.
 *
 * @see https://docs.pytorch.org/docs/2.15/data.html#torch.utils.data.DataLoader
 */
export class DataLoader<S, B = Collated<S>, D extends Samples<S> = Samples<S>>
  implements Iterable<B>, AsyncIterable<B>
{
  readonly dataset: D;
  readonly batchSize: number;
  readonly dropLast: boolean;
  readonly prefetch: number;
  readonly #batching: Batching<S, B>;
  readonly #ownCollate: ((samples: readonly S[]) => B) | undefined;
  readonly #order: IndexBatches | undefined;
  readonly #generators: readonly Generator[];
  readonly #onBatch: ((indices: Int32Array) => void) | undefined;
  readonly #workers: LoaderWorkers | undefined;
  #epoch: Epoch | undefined;
  #resumed: Epoch | undefined;

  /** @throws ArgumentError for a batch size that is none, and for options that exclude each other. */
  constructor(dataset: D & Samples<S>, options: DataLoaderOptions<S, B> = {}) {
    checkDataset(dataset);
    checkOptions<object>('DataLoader', options, loaderOptionNames);
    const { batchSize = 1, dropLast = false, prefetch = 2, generator = defaultGenerator, onBatch } = options;
    if (!Number.isSafeInteger(prefetch) || prefetch < 0) {
      throw new ArgumentError(`prefetch: expected an integer of at least 0, got ${describeValue(prefetch)}`);
    }
    assertBoolean('DataLoader', 'dropLast', dropLast);
    if (options.shuffle !== undefined) assertBoolean('DataLoader', 'shuffle', options.shuffle);
    const settings = workerSettings(dataset, options);
    this.#workers = settings && new LoaderWorkers(settings);
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.dropLast = dropLast;
    this.prefetch = prefetch;
    this.#onBatch = onBatch;
    this.#ownCollate = options.collate;
    this.#order = indexOrder(dataset, options);
    this.#batching = {
      // Without the option, B is what collate makes of S, and what the dataset makes itself is no other.
      collate: options.collate ?? (collate as Batching<S, B>['collate']),
      batch:
        options.collate === undefined && 'get' in dataset
          ? (dataset.batch?.bind(dataset) as Batching<S, B>['batch'])
          : undefined,
    };
    this.#generators = [...new Set([generator, this.#order?.generator ?? generator])];
  }

  /** Batches in an epoch. @throws ArgumentError for an iterable, whose end is not known before. */
  get length(): number {
    if (this.#order !== undefined) return this.#order.length;
    throw new ArgumentError('DataLoader: expected a dataset with a length, got an iterable');
  }

  /** Whether the samples are an asynchronous stream, or come from workers: then `for await` alone can read the batches. */
  get isAsynchronous(): boolean {
    return this.#workers !== undefined || !('get' in this.dataset || Symbol.iterator in this.dataset);
  }

  /**
   * Where the loader stands, as JSON: in an epoch that is not over, how many of its batches were given out, and the state of
   * the generator that it began with.
   */
  stateDict(): LoaderState {
    const epoch = this.#epoch ?? this.#resumed;
    return epoch === undefined
      ? { batches: 0, origin: null }
      : { batches: epoch.batches, origin: epoch.origin() };
  }

  /**
   * Takes up a state of {@link stateDict}: the next iteration gives the batches that were left. It draws nothing that was drawn
   * before; put the default generator back to where it was then, and the epochs that follow are the same too.
   *
   * @throws ArgumentError unless it is the state of a loader.
   */
  loadStateDict(state: unknown): void {
    const resumed = parseLoaderState(state);
    this.#resumed = resumed && { batches: resumed.batches, origin: () => resumed.origin };
    this.#epoch = undefined;
  }

  /** Begins an epoch. @throws ArgumentError when the dataset gives promises. */
  [Symbol.iterator](): Iterator<B, undefined> {
    const { dataset } = this;
    if (this.#workers !== undefined) {
      throw new ArgumentError('DataLoader: expected numWorkers 0, got workers; iterate with for await');
    }
    const epoch = this.#begin();
    const order = this.#positionedOrder(epoch);
    if ('get' in dataset) return this.#count(epoch, indexedBatches(dataset, order, this.#batching));
    if (Symbol.iterator in dataset) {
      return this.#count(epoch, streamedBatches(dataset, this.#division(epoch), this.#batching));
    }
    throw new ArgumentError(
      'DataLoader: expected samples, got an asynchronous iterable; iterate with for await',
    );
  }

  /** Begins an epoch that waits for its samples. */
  [Symbol.asyncIterator](): AsyncIterator<B, undefined> {
    const { dataset } = this;
    const epoch = this.#begin();
    const workers = this.#workers;
    if (workers !== undefined && 'get' in dataset) {
      const { batches: skip } = epoch;
      const made = workers.batches({
        length: dataset.length,
        next: this.#positionedOrder(epoch),
        skip,
        seed: this.#again(epoch, (seed) => seed),
        collate: this.#ownCollate,
      });
      return this.#countAsync(epoch, made, workers.ahead);
    }
    const batches =
      'get' in dataset
        ? indexedBatchesAsync(dataset, this.#positionedOrder(epoch), this.#batching)
        : streamedBatchesAsync(dataset, this.#division(epoch), this.#batching);
    return this.#countAsync(epoch, batches, this.prefetch);
  }

  /** Ends workers that persist; the next epoch starts others. */
  async close(): Promise<void> {
    await this.#workers?.close();
  }

  /** The batches as rows of tensors, where the dataset is a {@link TensorDataset} and all but the last have `batchSize` of them. */
  get rows(): RowBatches | undefined {
    const { dataset } = this;
    const order = this.#order;
    const isGather =
      dataset instanceof TensorDataset && this.#workers === undefined && this.#batching.batch !== undefined;
    if (!isGather || !(order instanceof BatchSampler)) return undefined;
    return {
      tensors: dataset.tensors,
      length: order.length,
      isInOrder: order.sampler instanceof SequentialSampler,
      sizeOf: (i) => Math.min(order.batchSize, order.sampler.length - i * order.batchSize),
      pass:
        order.sampler instanceof SequentialSampler && this.#onBatch === undefined
          ? (epochs) => passSeeds(this.#generators[0]!, epochs)
          : undefined,
      begin: () => {
        const epoch = this.#begin();
        const next = this.#positionedOrder(epoch);
        return () => {
          const rows = next();
          if (rows === undefined) this.#end(epoch);
          else epoch.batches++;
          return rows;
        };
      },
    };
  }

  /** A new epoch, or the one of a loaded state. */
  #begin(): Epoch {
    const resumed = this.#resumed;
    this.#resumed = undefined;
    if (resumed === undefined) {
      this.#epoch = { batches: 0, origin: getStates(this.#generators) };
      passSeeds(this.#generators[0]!, 1);
    } else {
      this.#epoch = { ...resumed };
    }
    return this.#epoch;
  }

  /** The order of an epoch behind the batches given out already: drawn again from where it was drawn first. */
  #positionedOrder(epoch: Epoch): NextRows {
    const { batches } = epoch;
    const order = this.#order ?? [];
    const next = order instanceof BatchSampler ? order.begin() : nextRowsOf(order);
    if (batches > 0) {
      this.#again(epoch, () => {
        for (let i = 0; i < batches; i++) next();
      });
    }
    const onBatch = this.#onBatch;
    if (onBatch === undefined) return next;
    return () => {
      const rows = next();
      if (rows !== undefined) onBatch(rows);
      return rows;
    };
  }

  /** Does what an epoch did first, with the seed that it took, and leaves the generators as they are. */
  #again<T>({ origin }: Epoch, work: (seed: bigint) => T): T {
    const now = getStates(this.#generators)();
    setStates(this.#generators, origin());
    try {
      return work(drawSeed(this.#generators[0]!));
    } finally {
      setStates(this.#generators, now);
    }
  }

  #division({ batches }: Epoch): Division {
    return { batchSize: this.batchSize, dropLast: this.dropLast, skip: batches };
  }

  *#count(epoch: Epoch, batches: Iterable<B>): IterableIterator<B, undefined> {
    for (const batch of batches) {
      epoch.batches++;
      yield batch;
    }
    this.#end(epoch);
    return undefined;
  }

  async *#countAsync(
    epoch: Epoch,
    batches: AsyncIterator<B>,
    ahead: number,
  ): AsyncIterableIterator<B, undefined> {
    for await (const batch of prefetch(batches, ahead)) {
      epoch.batches++;
      yield batch;
    }
    this.#end(epoch);
    return undefined;
  }

  #end(epoch: Epoch): void {
    if (this.#epoch === epoch) this.#epoch = undefined;
  }
}
