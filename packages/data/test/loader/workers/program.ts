import { Generator, manualSeed, randn, Tensor } from '@kindling/core';
import { TensorDataset } from '../../../src/dataset/tensor-dataset.ts';
import type { DataLoaderOptions } from '../../../src/datasets.ts';
import { DataLoader } from '../../../src/datasets.ts';
import faulty from './faulty.ts';
import numbers from './numbers.ts';
import rows from './rows.ts';

/* Run by workers.test.ts, as a bundle: prints what loaders with workers gave, as JSON. */

type Options = DataLoaderOptions<never, unknown>;

const module = (name: string): URL => new URL(`${name}.js`, import.meta.url);

const plain = (value: unknown): unknown => {
  if (value instanceof Tensor) return [value.dtype, value.shape, [...value.data()]];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
};

async function all(batches: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const batch of batches) list.push(plain(batch));
  return list;
}

async function messageOf(work: () => Promise<unknown>): Promise<object> {
  try {
    await work();
    return { message: 'none' };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name, message, cause } = error;
    return {
      name,
      message,
      cause: cause instanceof Error ? cause.message : null,
      stack: cause instanceof Error ? cause.stack : null,
    };
  }
}

const epochs = async (options: Options): Promise<unknown> => {
  manualSeed(5);
  const loader = new DataLoader(numbers, {
    batchSize: 4,
    shuffle: true,
    workerDataset: module('numbers'),
    ...options,
  } as never);
  const batches = [await all(loader), await all(loader)];
  return { batches, after: randn([1]).item(), state: loader.stateDict() };
};

const resumed = async (numWorkers: number): Promise<unknown> => {
  const make = () =>
    new DataLoader(numbers, {
      batchSize: 4,
      shuffle: true,
      numWorkers,
      workerDataset: module('numbers'),
      generator: new Generator(9),
    });
  const loader = make();
  const given: unknown[] = [];
  for await (const batch of loader) {
    given.push(plain(batch));
    if (given.length === 2) break;
  }
  const other = make();
  other.loadStateDict(JSON.parse(JSON.stringify(loader.stateDict())));
  return [...given, ...(await all(other))];
};

/** The numbers of the threads that make the samples of three epochs. */
const threads = async (persistentWorkers: boolean): Promise<unknown> => {
  const loader = new DataLoader(
    { length: 2, get: (): readonly [number] => [0] },
    { numWorkers: 1, workerDataset: module('threads'), persistentWorkers },
  );
  const epoch = async (): Promise<number[]> => {
    const ids: number[] = [];
    for await (const [id] of loader) ids.push(id.item());
    return ids;
  };
  const ids = [...(await Promise.all([epoch(), epoch()])), await epoch()].flat();
  await loader.close();
  const after = await epoch();
  await loader.close();
  return { distinct: new Set(ids).size, again: after.some((id) => ids.includes(id)) };
};

const fault = (indices: readonly number[], more: Options = {}): Promise<object> =>
  messageOf(() =>
    all(
      new DataLoader(faulty, {
        batchSampler: {
          length: 1,
          *[Symbol.iterator]() {
            yield indices;
          },
        },
        numWorkers: 1,
        workerDataset: module('faulty'),
        ...more,
      } as never),
    ),
  );

const own = await rows({ id: 0, numWorkers: 1 });

const orders = async (numWorkers: number): Promise<unknown> => {
  manualSeed(5);
  const loader = new DataLoader(own, {
    batchSize: 4,
    shuffle: true,
    numWorkers,
    workerDataset: module('rows'),
  });
  return { batches: [await all(loader), await all(loader)], after: randn([1]).item() };
};

const results = {
  threads: [await threads(false), await threads(true)],
  orders: [await orders(0), await orders(2)],
  none: await epochs({ numWorkers: 0 }),
  one: await epochs({ numWorkers: 1 }),
  three: await epochs({ numWorkers: 3, prefetchFactor: 1 }),
  eight: await epochs({ numWorkers: 8, prefetchFactor: 4 }),
  whole: await (async () => {
    const loader = new DataLoader(numbers, {
      batchSize: 4,
      shuffle: true,
      numWorkers: 2,
      workerDataset: module('numbers'),
      generator: new Generator(9),
    });
    return all(loader);
  })(),
  resumed: [await resumed(1), await resumed(3)],
  rows: await all(new DataLoader(own, { batchSize: 4, numWorkers: 2, workerDataset: module('rows') })),
  collated: await all(
    new DataLoader(own, {
      batchSize: 5,
      numWorkers: 2,
      workerDataset: module('rows'),
      collate: (samples: readonly (readonly Tensor[])[]) => samples.map(([x]) => x!.item()),
    }),
  ),
  faults: {
    data: await fault([1, 2]),
    other: await fault([3, 4]),
    unclonable: await fault([5], { collate: ((samples: unknown) => samples) as never }),
    shapes: await fault([6, 7]),
    exit: await fault([0, 8]),
    missing: await fault([0], { workerDataset: module('nowhere') }),
    wrong: await fault([0], { workerDataset: module('wrong') }),
    longer: await messageOf(() =>
      all(
        new DataLoader(new TensorDataset(randn([11])), {
          numWorkers: 2,
          workerDataset: module('rows'),
        } as never),
      ),
    ),
  },
};
console.log(JSON.stringify(results));
