import { ArgumentError } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import * as data from '../src/index.ts';
import { DataLoader } from '../src/index.ts';

const make = (type: unknown, ...args: readonly unknown[]): unknown =>
  Reflect.construct(type as new () => unknown, args);

describe('options that do not exist are refused', () => {
  test.each<[string, () => unknown, string]>([
    [
      'digits',
      () => Reflect.apply(data.digits, undefined, [{ counts: 1 }]),
      'digits: expected options among count, seed, split, got "counts"; did you mean count?',
    ],
    [
      'tensors of images',
      () => Reflect.apply(data.ImageSet.prototype.tensors, data.digits({ count: 1 }), [{ onehot: true }]),
      'did you mean oneHot?',
    ],
    [
      'DataLoader',
      () => make(DataLoader, [1], { batch_size: 2 }),
      'got "batch_size"; did you mean batchSize?',
    ],
    [
      'DataLoader, by position',
      () => make(DataLoader, [1], 32),
      'DataLoader: expected options { batchSize, ',
    ],
    ['RandomSampler', () => make(data.RandomSampler, [1], { num_samples: 2 }), 'did you mean numSamples?'],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(ArgumentError);
    expect(run).toThrow(message);
  });

  test.each([
    ['mnist', data.mnist],
    ['diabetes', data.diabetes],
    ['weightHeight', data.weightHeight],
  ])('%s, before anything is downloaded', async (name, load) => {
    await expect(Reflect.apply(load, undefined, [{ downlaod: false }])).rejects.toThrow(
      new RegExp(`^${name}: expected options among .*; did you mean download\\?$`),
    );
  });

  test('a source passes each dataset its own', async () => {
    const options = { split: 'test', seed: 1, count: 3 } as const;
    expect((await data.sources.digits.load(options)).length).toBe(3);
    expect((await data.sources.xor.load()).length).toBe(4);
    await expect(data.sources.mnist.load({ ...options, dir: '/nowhere', download: false })).rejects.toThrow(
      'expected a file',
    );
    await expect(
      data.sources.diabetes.load({ ...options, dir: '/nowhere', download: false }),
    ).rejects.toThrow('expected a file');
  });
});

describe('what is no dataset is refused', () => {
  test.each<[string, unknown, string]>([
    [
      'a length that is a method',
      { length: () => 3, get: (i: number) => i },
      "DataLoader: expected the dataset's length to be a number, got a function; did you mean get length()?",
    ],
    [
      'no length',
      { get: (i: number) => i },
      "expected the dataset's length to be an integer of at least 0, got undefined",
    ],
    ['half a length', { length: 2.5, get: (i: number) => i }, 'got 2.5'],
    ['a negative length', { length: -1, get: (i: number) => i }, 'got -1'],
    ['no samples', { length: 3 }, 'expected the dataset to have a method get(index), got undefined'],
    ['nothing', undefined, 'expected a dataset with length and get, or an iterable, got undefined'],
    ['text', 'abc', 'got abc'],
    ['a function', () => [], 'got a function'],
  ])('%s', (_, dataset, message) => {
    expect(() => make(DataLoader, dataset)).toThrow(ArgumentError);
    expect(() => make(DataLoader, dataset)).toThrow(message);
  });

  test('but lists, generators, and objects with a length that grows are', () => {
    expect([...new DataLoader([1, 2])]).toHaveLength(2);
    expect(() => make(DataLoader, (function* () {})())).not.toThrow();
    const growing = {
      rows: [1],
      get length() {
        return this.rows.length;
      },
      get(i: number) {
        return this.rows[i]!;
      },
    };
    expect(new DataLoader(growing).length).toBe(1);
  });
});
