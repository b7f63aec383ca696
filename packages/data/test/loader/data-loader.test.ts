import {
  ArgumentError,
  arange,
  defaultGenerator,
  Generator,
  manualSeed,
  randperm,
  type Tensor,
} from '@kindling/core';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Dataset } from '../../src/dataset/dataset.ts';
import { Subset } from '../../src/dataset/subset.ts';
import { TensorDataset } from '../../src/dataset/tensor-dataset.ts';
import { DataLoader, type DataLoaderOptions } from '../../src/datasets.ts';
import type { LoaderState } from '../../src/loader/loader-state.ts';
import { RandomSampler, SequentialSampler } from '../../src/loader/sampler.ts';

const numbers = (n: number): TensorDataset<[Tensor]> => new TensorDataset(arange(n));
const rows = (batches: Iterable<readonly [Tensor]>): number[][] =>
  Array.from(batches, ([x]) => [...x.data()]);

const squares: Dataset<readonly [number, number]> = { length: 5, get: (i) => [i, i * i] };

describe('batches', () => {
  test('of a dataset of samples are collated', () => {
    const loader = new DataLoader(squares, { batchSize: 2 });
    expectTypeOf(loader).toExtend<Iterable<[Tensor, Tensor]>>();
    expect(Array.from(loader, (pair) => pair.map((x) => x.toArray()))).toEqual([
      [
        [0, 1],
        [0, 1],
      ],
      [
        [2, 3],
        [4, 9],
      ],
      [[4], [16]],
    ]);
  });

  test('are made by the collate option, even where the dataset makes its own', () => {
    const loader = new DataLoader(numbers(3), {
      batchSize: 2,
      collate: (samples: readonly [Tensor][]) => samples.map(([x]) => x.item()),
    });
    expectTypeOf(loader).toExtend<Iterable<number[]>>();
    expect([...loader]).toEqual([[0, 1], [2]]);
  });

  test('of a subset are one gather of the whole', () => {
    const subset = new Subset(numbers(10), [7, 3, 5]);
    expect(rows(new DataLoader(subset, { batchSize: 2 }))).toEqual([[7, 3], [5]]);
  });

  test('follow a sampler or a batch sampler', () => {
    const sampler = new SequentialSampler({ length: 3 });
    expect(rows(new DataLoader(numbers(10), { sampler, batchSize: 2 }))).toEqual([[0, 1], [2]]);
    const loader = new DataLoader(numbers(10), { batchSampler: [[9], [1, 2, 3]] });
    expect(rows(loader)).toEqual([[9], [1, 2, 3]]);
    expect(loader.length).toBe(2);
  });

  test('hold every sample once, whatever the size', () => {
    const options = fc.record({
      batchSize: fc.integer({ min: 1, max: 12 }),
      shuffle: fc.boolean(),
      dropLast: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), options, (n, { batchSize, shuffle, dropLast }) => {
        const loader = new DataLoader(numbers(n), { batchSize, shuffle, dropLast });
        const batches = rows(loader);
        expect(batches.length).toBe(loader.length);
        const all = batches.flat();
        expect(new Set(all).size).toBe(all.length);
        expect(all.length).toBe(dropLast ? n - (n % batchSize) : n);
        for (const batch of batches.slice(0, -1)) expect(batch.length).toBe(batchSize);
      }),
    );
  });

  test('come in another order each epoch, and in the same for the same seed', () => {
    const loader = new DataLoader(numbers(50), { batchSize: 50, shuffle: true });
    manualSeed(1);
    const [first, second] = [rows(loader), rows(loader)];
    expect(second).not.toEqual(first);
    manualSeed(1);
    expect([rows(loader), rows(loader)]).toEqual([first, second]);
  });
});

describe('a stream', () => {
  function* count(n: number): Generator_ {
    for (let i = 0; i < n; i++) yield i;
  }
  type Generator_ = Iterable<number>;
  const stream = (n: number): Iterable<number> => ({ [Symbol.iterator]: () => count(n)[Symbol.iterator]() });
  async function* slowly(n: number): AsyncGenerator<number> {
    for (let i = 0; i < n; i++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      yield i;
    }
  }

  test('is divided into batches, each epoch from its beginning', () => {
    const loader = new DataLoader(stream(5), { batchSize: 2 });
    const epoch = () => Array.from(loader, (x) => x.toArray());
    expect(epoch()).toEqual([[0, 1], [2, 3], [4]]);
    expect(epoch()).toEqual([[0, 1], [2, 3], [4]]);
    const dropping = new DataLoader(stream(5), { batchSize: 2, dropLast: true });
    expect(Array.from(dropping, (x) => x.toArray())).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  test('may be an array', () => {
    expect(Array.from(new DataLoader(['a', 'b', 'c'], { batchSize: 2 }))).toEqual([['a', 'b'], ['c']]);
  });

  test('may take its time', async () => {
    const loader = new DataLoader({ [Symbol.asyncIterator]: () => slowly(5) }, { batchSize: 2 });
    const batches: unknown[] = [];
    for await (const batch of loader) batches.push(batch.toArray());
    expect(batches).toEqual([[0, 1], [2, 3], [4]]);
    expect(() => [...loader]).toThrow(
      'DataLoader: expected samples, got an asynchronous iterable; iterate with for await',
    );
  });

  test('is closed when the loop is left', async () => {
    let closed = 0;
    const source = {
      async *[Symbol.asyncIterator]() {
        try {
          for (let i = 0; ; i++) yield i;
        } finally {
          closed++;
        }
      },
    };
    for await (const _ of new DataLoader(source)) break;
    expect(closed).toBe(1);
  });

  test('goes on behind the batches of a loaded state', async () => {
    const loader = new DataLoader(stream(7), { batchSize: 2 });
    const iterator = loader[Symbol.iterator]();
    iterator.next();
    iterator.next();
    const again = new DataLoader(stream(7), { batchSize: 2 });
    again.loadStateDict(loader.stateDict());
    expect(Array.from(again, (x) => x.toArray())).toEqual([[4, 5], [6]]);
    const third = new DataLoader(stream(7), { batchSize: 2 });
    third.loadStateDict(loader.stateDict());
    const rest: unknown[] = [];
    for await (const batch of third) rest.push(batch.toArray());
    expect(rest).toEqual([[4, 5], [6]]);
  });

  test('that became shorter than a loaded state gives no batch, and begins anew after that', async () => {
    const loader = new DataLoader(stream(7), { batchSize: 2 });
    const iterator = loader[Symbol.iterator]();
    for (let i = 0; i < 3; i++) iterator.next();
    const plain = new DataLoader(stream(4), { batchSize: 2 });
    plain.loadStateDict(loader.stateDict());
    expect([...plain]).toEqual([]);
    expect([...plain]).toHaveLength(2);
    const waiting = new DataLoader({ [Symbol.asyncIterator]: () => slowly(4) }, { batchSize: 2 });
    waiting.loadStateDict(loader.stateDict());
    for (const expected of [0, 2]) {
      let batches = 0;
      for await (const _ of waiting) batches++;
      expect(batches).toBe(expected);
    }
  });

  test('has no length and no order', () => {
    expect(() => new DataLoader(stream(5)).length).toThrow(
      'DataLoader: expected a dataset with a length, got an iterable',
    );
    expect(() => new DataLoader(stream(5), { shuffle: true })).toThrow(
      'DataLoader: expected an iterable dataset, which has its own order, alone, got shuffle too',
    );
    expect(() => new DataLoader(stream(5), { batchSize: 0 })).toThrow(ArgumentError);
  });
});

describe('a dataset of promises', () => {
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  test('is read with for await, in order, some batches ahead', async () => {
    let running = 0;
    let most = 0;
    const asked: number[] = [];
    const slow: Dataset<Promise<number>> = {
      length: 8,
      get: async (i) => {
        asked.push(i);
        most = Math.max(most, ++running);
        await pause(i % 2 === 0 ? 20 : 5);
        running--;
        return i;
      },
    };
    const loader = new DataLoader(slow, { prefetch: 3 });
    expectTypeOf(loader).toExtend<AsyncIterable<Tensor>>();
    const seen: unknown[] = [];
    for await (const batch of loader) {
      if (seen.length === 0) expect(asked).toEqual([0, 1, 2, 3]);
      seen.push(batch.toArray());
    }
    expect(seen).toEqual([[0], [1], [2], [3], [4], [5], [6], [7]]);
    expect(most).toBe(4);
    expect(() => [...loader]).toThrow('expected samples, got promises; iterate with for await');
  });

  test('fails where the sample fails, not before and not unhandled', async () => {
    const failing: Dataset<Promise<number>> = {
      length: 4,
      get: async (i) => {
        if (i === 2) throw new Error('sample 2');
        return i;
      },
    };
    const seen: unknown[] = [];
    await expect(
      (async () => {
        for await (const batch of new DataLoader(failing)) {
          seen.push(batch.toArray());
          await pause(5);
        }
      })(),
    ).rejects.toThrow('sample 2');
    expect(seen).toEqual([[0], [1]]);
  });

  test('takes the same order as without waiting', async () => {
    const awaited: number[][] = [];
    manualSeed(3);
    for await (const [x] of new DataLoader(numbers(9), { batchSize: 4, shuffle: true })) {
      awaited.push([...x.data()]);
    }
    const after = defaultGenerator.random();
    manualSeed(3);
    expect(rows(new DataLoader(numbers(9), { batchSize: 4, shuffle: true }))).toEqual(awaited);
    expect(defaultGenerator.random()).toBe(after);
  });
});

describe('state', () => {
  const cases: readonly (readonly [string, DataLoaderOptions<[Tensor], [Tensor]>])[] = [
    ['in order', { batchSize: 3 }],
    ['shuffled', { batchSize: 3, shuffle: true }],
    ['shuffled, last dropped', { batchSize: 3, shuffle: true, dropLast: true }],
  ];

  /** Two epochs with draws between the batches, as dropout makes them; stopped and taken up again behind `stop` batches. */
  function run(options: DataLoaderOptions<[Tensor], [Tensor]>, stop: number): number[][] {
    const generator = options.generator ?? defaultGenerator;
    let loader = new DataLoader(numbers(10), options);
    const seen: number[][] = [];
    let epoch = 0;
    const train = (): boolean => {
      for (; epoch < 2; epoch++) {
        for (const [batch] of loader) {
          seen.push([...batch.data(), generator.random()]);
          if (seen.length === stop) return false;
        }
      }
      return true;
    };
    if (train()) return seen;
    const saved = JSON.stringify({ loader: loader.stateDict(), generator: [...generator.getState()] });
    // Another process: everything that was in memory is different.
    generator.manualSeed(999);
    loader = new DataLoader(numbers(10), options);
    const loaded: { loader: LoaderState; generator: number[] } = JSON.parse(saved);
    generator.setState(Uint8Array.from(loaded.generator));
    loader.loadStateDict(loaded.loader);
    expect(loader.stateDict()).toEqual(loaded.loader);
    expect(train()).toBe(true);
    return seen;
  }

  test.each(cases)('%s: a run that is taken up again is the run that was never stopped', (_name, options) => {
    manualSeed(5);
    const whole = run(options, Number.POSITIVE_INFINITY);
    for (let stop = 1; stop <= whole.length; stop++) {
      manualSeed(5);
      expect(run(options, stop)).toEqual(whole);
    }
  });

  test('with a generator of its own', () => {
    const generator = new Generator(8);
    const options = { batchSize: 3, shuffle: true, generator };
    const whole = run(options, Number.POSITIVE_INFINITY);
    for (let stop = 1; stop <= whole.length; stop++) {
      generator.manualSeed(8);
      expect(run(options, stop)).toEqual(whole);
    }
  });

  test('with a sampler that has a generator of its own', () => {
    const make = (seed: number) => {
      const generator = new Generator(seed);
      const sampler = new RandomSampler({ length: 10 }, { generator });
      return { loader: new DataLoader(numbers(10), { batchSize: 3, sampler }), generator };
    };
    const one = make(8);
    const iterator = one.loader[Symbol.iterator]();
    iterator.next();
    const state = one.loader.stateDict();
    const rest = rows({ [Symbol.iterator]: () => iterator });
    const other = make(77);
    other.loader.loadStateDict(state);
    expect(rows(other.loader)).toEqual(rest);
  });

  test('outside an epoch is the beginning of one', () => {
    const loader = new DataLoader(numbers(4), { batchSize: 2, shuffle: true });
    expect(loader.stateDict()).toEqual({ batches: 0, origin: null });
    rows(loader);
    expect(loader.stateDict()).toEqual({ batches: 0, origin: null });
    for (const _ of loader) break;
    expect(loader.stateDict().batches).toBe(1);
    expect(rows(loader)).toHaveLength(2);
  });

  test('that is none is refused', () => {
    const loader = new DataLoader(numbers(4));
    for (const state of [
      null,
      {},
      { batches: 1, origin: null },
      { batches: -1, origin: [] },
      { batches: 1, origin: [2] },
    ]) {
      expect(() => loader.loadStateDict(state)).toThrow('loadStateDict: expected { batches, origin }, got ');
    }
  });
});

test.each<[DataLoaderOptions<[Tensor], [Tensor]>, string]>([
  [{ batchSize: 0 }, 'batchSize: expected an integer of at least 1, got 0'],
  [{ batchSize: 1.5 }, 'batchSize: expected an integer of at least 1, got 1.5'],
  [{ prefetch: -1 }, 'prefetch: expected an integer of at least 0, got -1'],
  [
    { sampler: new SequentialSampler({ length: 1 }), shuffle: true },
    'DataLoader: expected sampler alone, got shuffle too',
  ],
  [
    { batchSampler: [[0]], batchSize: 2, dropLast: true },
    'DataLoader: expected batchSampler alone, got batchSize, dropLast too',
  ],
])('options %j are refused', (options, message) => {
  expect(() => new DataLoader(numbers(4), options)).toThrow(message);
});

test('a random sampler of nothing is refused', () => {
  expect(() => new RandomSampler({ length: 0 })).toThrow('expected at least one sample to take, got 0 of 0');
  expect(() => new RandomSampler({ length: 3 }, { numSamples: 0 })).toThrow('got 0 of 3');
});

test('a seed gives the order of randperm', () => {
  const generator = new Generator(4);
  const loader = new DataLoader(numbers(6), {
    batchSize: 6,
    sampler: new RandomSampler({ length: 6 }, { generator }),
  });
  const order = rows(loader)[0];
  expect(order).toEqual([...randperm(6, { generator: new Generator(4) }).data()]);
});
