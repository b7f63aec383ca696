import { ArgumentError, manualSeed, scope } from '@kindling/core';
import { describeValue } from '@kindling/core/internal';
import { DataError } from '../data-error.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { checkDataset } from './check-dataset.ts';
import { collate } from './collate.ts';
import { pack } from './packed.ts';
import type { WorkerAnswer, WorkerFailure, WorkerSetup, WorkerTask } from './worker-protocol.ts';

type Samples = Dataset<unknown, unknown>;

/** The thread that asks. */
export interface Asker {
  on(event: 'message', listener: (task: WorkerTask) => void): void;
  postMessage(answer: WorkerAnswer, transfer?: readonly ArrayBuffer[]): void;
}

/** An error, and what was done when it came. */
class Failed extends Error {
  readonly place: string;

  constructor(place: string, cause: unknown) {
    super(place, { cause });
    this.place = place;
  }
}

/** Makes the batches that a loader in another thread asks for, one after the other. */
export function serveBatches(asker: Asker, setup: WorkerSetup): void {
  const dataset = loadDataset(setup);
  dataset.catch(() => undefined);
  let last: Promise<void> = Promise.resolve();
  asker.on('message', (task) => {
    last = last.then(async () => {
      try {
        manualSeed(task.seed);
        const transfer: ArrayBuffer[] = [];
        const batch = await batchOf(await dataset, task.indices, setup.collates);
        const value = scope(() => pack(batch, transfer));
        asker.postMessage({ type: 'batch', value }, transfer);
      } catch (error) {
        asker.postMessage({ type: 'failure', failure: failureOf(error, task) });
      }
    });
  });
}

/** The dataset that a module has as its default export, or that a function there makes. */
async function loadDataset({ module, id, numWorkers, length }: WorkerSetup): Promise<Samples> {
  try {
    const { default: exported } = await import(/* webpackIgnore: true */ /* @vite-ignore */ module);
    if (exported === undefined) {
      throw new ArgumentError(
        'expected a dataset, or a function that makes one, as the default export, got none',
      );
    }
    const dataset: Samples =
      typeof exported === 'function' ? await exported({ id, numWorkers }) : await exported;
    checkDataset(dataset, 'workerDataset');
    if (dataset.length !== length) {
      throw new ArgumentError(
        `expected ${length} samples, as the dataset of the loader has, got ${describeValue(dataset.length)}`,
      );
    }
    return dataset;
  } catch (error) {
    throw new Failed(`the dataset of ${module}`, error);
  }
}

const placeOf = (indices: Int32Array): string => `samples ${indices.join(', ')}`;

/** The batch of some samples, or the samples where they are to be collated elsewhere. */
async function batchOf(dataset: Samples, indices: Int32Array, collates: boolean): Promise<unknown> {
  const named = async <T>(where: string, make: () => T): Promise<Awaited<T>> => {
    try {
      return await make();
    } catch (error) {
      throw new Failed(where, error);
    }
  };
  const { batch } = dataset;
  if (collates && batch !== undefined) return named(placeOf(indices), () => batch.call(dataset, indices));
  // One after the other, so that what each draws does not depend on how long another takes.
  const samples: unknown[] = [];
  for (const index of indices) samples.push(await named(`sample ${index}`, () => dataset.get(index)));
  return collates ? named(placeOf(indices), () => collate(samples)) : samples;
}

function failureOf(error: unknown, { indices }: WorkerTask): WorkerFailure {
  const { place, cause } = error instanceof Failed ? error : { place: placeOf(indices), cause: error };
  if (!(cause instanceof Error))
    return { place, message: String(cause), stack: undefined, problem: undefined };
  const { message, stack } = cause;
  if (!(cause instanceof DataError)) return { place, message, stack, problem: undefined };
  const { place: file, expected, got, hint } = cause;
  return { place, message, stack, problem: { place: file, expected, got, hint } };
}
