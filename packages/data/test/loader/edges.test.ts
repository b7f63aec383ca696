import { ArgumentError, arange, Generator, type Tensor, tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/dataset/dataset.ts';
import { TensorDataset } from '../../src/dataset/tensor-dataset.ts';
import { collate } from '../../src/loader/collate.ts';
import { DataLoader } from '../../src/loader/data-loader.ts';
import {
  BatchSampler,
  nextRowsOf,
  RandomSampler,
  type Sampler,
  SequentialSampler,
} from '../../src/loader/sampler.ts';

const numbers = (n: number): TensorDataset<[Tensor]> => new TensorDataset(arange(n));

describe('samplers', () => {
  test('in order, whatever the length is at the time', () => {
    const source = { length: 2 };
    const sampler = new SequentialSampler(source);
    expect([...sampler]).toEqual([0, 1]);
    expect([...sampler.order()]).toEqual([0, 1]);
    source.length = 4;
    expect([sampler.length, ...sampler]).toEqual([4, 0, 1, 2, 3]);
    expect([...sampler.order()]).toEqual([0, 1, 2, 3]);
    expect(sampler.order()).toBe(sampler.order());
  });

  test('groups are the same walked through or begun, of samplers with an order or without', () => {
    const plain: Sampler = { length: 5, [Symbol.iterator]: () => [4, 3, 2, 1, 0][Symbol.iterator]() };
    for (const sampler of [plain, new SequentialSampler({ length: 5 })]) {
      for (const dropLast of [false, true]) {
        for (const size of [1, 2, 5, 6]) {
          const batches = new BatchSampler(sampler, size, dropLast);
          const walked = [...batches];
          const next = batches.begin();
          const begun: number[][] = [];
          for (let rows = next(); rows !== undefined; rows = next()) begun.push([...rows]);
          expect(begun).toEqual(walked);
          expect(walked).toHaveLength(batches.length);
          expect(walked.flat()).toHaveLength(dropLast ? 5 - (5 % size) : 5);
        }
      }
    }
    expect(nextRowsOf([])()).toBeUndefined();
  });

  test('more samples than there are begin another order, which holds each once', () => {
    const order = [...new RandomSampler({ length: 4 }, { numSamples: 10, generator: new Generator(3) })];
    expect(order).toHaveLength(10);
    for (const from of [0, 4]) expect(new Set(order.slice(from, from + 4)).size).toBe(4);
    expect(new Set(order.slice(8)).size).toBe(2);
  });

  test('with replacement there are as many as asked for, all of them samples', () => {
    for (const numSamples of [1, 31, 32, 33, 64, 65]) {
      const sampler = new RandomSampler({ length: 7 }, { replacement: true, numSamples });
      const drawn = [...sampler];
      expect([drawn.length, sampler.length]).toEqual([numSamples, numSamples]);
      expect(drawn.every((i) => Number.isInteger(i) && i >= 0 && i < 7)).toBe(true);
    }
  });

  test('what the loader saves beside its own generator', () => {
    const generator = new Generator(1);
    expect(new BatchSampler(new RandomSampler({ length: 3 }, { generator }), 2).generator).toBe(generator);
    expect(new BatchSampler(new SequentialSampler({ length: 3 }), 2).generator).toBeUndefined();
  });
});

describe('a loader', () => {
  async function* slowly(): AsyncGenerator<number> {
    yield 1;
  }

  test('knows whether only for await can read it', () => {
    expect(new DataLoader(slowly()).isAsynchronous).toBe(true);
    expect(new DataLoader([1, 2]).isAsynchronous).toBe(false);
    expect(new DataLoader(numbers(2)).isAsynchronous).toBe(false);
    const promised: Dataset<Promise<number>> = { length: 1, get: async (i) => i };
    expect(new DataLoader(promised).isAsynchronous).toBe(false);
  });

  test('of null, or of samples that are no dataset, is refused', () => {
    const make = (dataset: unknown) => () => Reflect.construct(DataLoader, [dataset]);
    expect(make(null)).toThrow('expected a dataset with length and get, or an iterable, got null');
    expect(make({ length: 'x', get: () => 1 })).toThrow('an integer of at least 0, got x');
    expect(make({ length: {}, get: () => 1 })).toThrow('got an object');
    expect(make({ length: 1, get: {} })).toThrow('a method get(index), got an object');
    expect(make({ length: 0, get: () => 1 })).not.toThrow();
  });

  test('takes no state of one with other generators', () => {
    const one = new DataLoader(numbers(4), { batchSize: 2, shuffle: true });
    for (const _ of one) break;
    const sampler = new RandomSampler({ length: 4 }, { generator: new Generator(2) });
    const two = new DataLoader(numbers(4), { batchSize: 2, sampler });
    two.loadStateDict(one.stateDict());
    expect(() => [...two]).toThrow('loadStateDict: expected the state of a loader with 2 generators, got 1');
  });

  test('takes a state of no batches, and gives them all', () => {
    const one = new DataLoader(numbers(4), { batchSize: 2 });
    one[Symbol.iterator]();
    const state = one.stateDict();
    expect(state).toMatchObject({ batches: 0, origin: [expect.any(String)] });
    const other = new DataLoader(numbers(4), { batchSize: 2 });
    other.loadStateDict(state);
    expect([...other]).toHaveLength(2);
    for (const wrong of [{ batches: 0.5, origin: [] }, { batches: '1', origin: [] }, { batches: 0 }, 'x']) {
      expect(() => other.loadStateDict(wrong)).toThrow(ArgumentError);
    }
  });

  test('is told of every batch by its rows, of datasets of samples too', () => {
    const told: number[][] = [];
    const squares = { length: 3, get: (i: number) => i * i };
    const loader = new DataLoader(squares, { batchSize: 2, onBatch: (rows) => void told.push([...rows]) });
    expect(Array.from(loader, (x) => x.toArray())).toEqual([[0, 1], [4]]);
    expect(told).toEqual([[0, 1], [2]]);
  });

  test('an epoch that was left goes on beside one begun since, and only the newest is its state', () => {
    const loader = new DataLoader(numbers(4), { batchSize: 1 });
    const first = loader[Symbol.iterator]();
    first.next();
    const second = loader[Symbol.iterator]();
    second.next();
    second.next();
    expect(loader.stateDict().batches).toBe(2);
    while (!first.next().done);
    expect(loader.stateDict().batches).toBe(2);
    while (!second.next().done);
    expect(loader.stateDict()).toEqual({ batches: 0, origin: null });
  });

  test('asks no further ahead than it is told', async () => {
    for (const prefetch of [0, 1, 4]) {
      const asked: number[] = [];
      const data: Dataset<Promise<number>> = {
        length: 9,
        get: async (i) => {
          asked.push(i);
          return i;
        },
      };
      for await (const batch of new DataLoader(data, { prefetch })) {
        expect(asked).toHaveLength(Math.min(9, batch.data()[0]!) + 1 + prefetch);
        if (asked.length === 9) break;
      }
    }
  });
});

describe('collate', () => {
  test.each<[unknown[], string]>([
    [[Object.create(null), 1], 'got a number'],
    [[1, Object.create(null)], 'got a object'],
    [[1, new Map()], 'got a Map'],
    [[() => 1], 'got a function'],
    [[true, 1], 'expected the sample to be a boolean as in the first sample, got a number'],
    [['a', true], 'expected the sample to be a string as in the first sample, got a boolean'],
    [[tensor(1), 1], 'expected the sample to be a Tensor as in the first sample, got a number'],
    [[{ a: 1 }, [1]], 'expected the sample to be an object as in the first sample, got an array of 1'],
    [[{ a: 1 }, Promise.resolve()], 'got a promise'],
    [[{ a: [1] }, { a: ['x'] }], 'expected "a" of the sample to be an array of 1 as in the first sample'],
    [[[[1n]]], 'expected part 0 of part 0 of the sample to be a tensor'],
  ])('%#: is refused with its place', (samples, message) => {
    expect(() => collate(samples)).toThrow(ArgumentError);
    expect(() => collate(samples)).toThrow(message);
  });

  test('arrays of booleans, of arrays, and of nothing', () => {
    const [flags, nested] = collate([
      [
        [true, false],
        [[1], [2]],
      ],
      [
        [false, false],
        [[3], [4]],
      ],
    ]) as unknown as Tensor[];
    expect([flags!.dtype, flags!.toArray()]).toEqual([
      'bool',
      [
        [true, false],
        [false, false],
      ],
    ]);
    expect(nested!.shape).toEqual([2, 2, 1]);
    expect(collate([[[]], [[]]])).toEqual([[]]);
  });
});
