import { getNumThreads } from '@kindling/core';
import { unpack } from './packed.ts';
import type { NextRows } from './sampler.ts';
import type { WorkerSettings } from './worker-options.ts';
import type { WorkerPool } from './worker-pool.ts';

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

/** The workers of a loader: those of each iteration, or those that persist. */
export class LoaderWorkers {
  readonly #settings: WorkerSettings;
  #persistent: Promise<WorkerPool> | undefined;

  constructor(settings: WorkerSettings) {
    this.#settings = settings;
  }

  /** Batches that are asked for ahead of the one in use. */
  get ahead(): number {
    return this.#settings.numWorkers * this.#settings.prefetchFactor - 1;
  }

  /** The batches of an epoch in their order, each asked of a worker when it is asked for. */
  batches<S, B>(epoch: WorkerEpoch<S, B>): AsyncIterator<B, undefined> {
    const { next, skip, seed, collate } = epoch;
    const { persistentWorkers } = this.#settings;
    let pool = this.#persistent;
    let batch = skip;
    const make = async (indices: Int32Array, number: number): Promise<B> => {
      if (persistentWorkers) this.#persistent ??= this.#start(epoch);
      pool ??= this.#persistent ?? this.#start(epoch);
      const workers = await pool;
      const value = unpack(await workers.make({ indices, seed: BigInt.asUintN(63, seed + BigInt(number)) }));
      return collate === undefined ? (value as B) : collate(value as readonly S[]);
    };
    return {
      async next() {
        const rows = next();
        return rows === undefined ? { done: true, value: undefined } : { value: await make(rows, batch++) };
      },
      return: async () => {
        const workers = await pool;
        if (!persistentWorkers) await workers?.close();
        else if (workers?.isLost) await this.close();
        return { done: true, value: undefined };
      },
    };
  }

  /** Ends workers that persist. */
  async close(): Promise<void> {
    const pool = this.#persistent;
    this.#persistent = undefined;
    await (await pool)?.close();
  }

  // Pages that have no workers need not load what starts them.
  async #start({
    length,
    collate,
  }: Pick<WorkerEpoch<never, never>, 'length'> & { readonly collate: unknown }): Promise<WorkerPool> {
    const { WorkerPool, resolveModule } = await import('#host');
    const { numWorkers, module } = this.#settings;
    const setup = { module: resolveModule(module), numWorkers, length, collates: collate === undefined };
    return new WorkerPool(setup, getNumThreads());
  }
}
