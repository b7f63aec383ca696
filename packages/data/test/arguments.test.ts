import { KindlingError, ones, tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import {
  BatchSampler,
  DataLoader,
  digits,
  RandomSampler,
  randomSplit,
  SequentialSampler,
  Subset,
  TensorDataset,
} from '../src/index.ts';

const bad: readonly unknown[] = [
  ...[
    0.5,
    2.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    2 ** 60,
    '2',
    null,
    true,
    1n,
    Symbol('bad'),
    [1.5],
    {},
  ],
  ...[() => 1, tensor(1), ones([7])],
];

const data = new TensorDataset(ones([6, 2]));

describe('sizes that are none are refused', () => {
  test.each<readonly [string, (value: never) => unknown]>([
    ['batchSize', (batchSize) => new DataLoader(data, { batchSize })],
    ['prefetch', (prefetch) => new DataLoader(data, { prefetch })],
    ['BatchSampler', (size) => new BatchSampler(new SequentialSampler(data), size)],
    ['SequentialSampler', (length) => new SequentialSampler({ length })],
    ['RandomSampler', (length) => new RandomSampler({ length })],
    ['numSamples', (numSamples) => new RandomSampler(data, { numSamples })],
    ['Subset', (index) => new Subset(data, [index])],
    ['randomSplit', (size) => randomSplit(data, [size])],
    ['digits, count', (count) => digits({ count })],
    ['digits, seed', (seed) => digits({ count: 1, seed })],
    ['get', (index) => data.get(index)],
  ])('%s', (_, make) => {
    for (const value of bad) {
      // As in PyTorch, −1 is the last row.
      if (value === -1 && _ === 'get') continue;
      expect(() => make(value as never), String(typeof value)).toThrow(KindlingError);
    }
  });

  test('flags', () => {
    for (const value of [1, 'no', null, Number.NaN]) {
      expect(() => new DataLoader(data, { dropLast: value as never })).toThrow(KindlingError);
      expect(() => new DataLoader(data, { shuffle: value as never })).toThrow(KindlingError);
      expect(() => new BatchSampler(new SequentialSampler(data), 2, value as never)).toThrow(KindlingError);
    }
  });

  test('datasets of what are no tensors', () => {
    for (const value of bad.slice(0, -2))
      expect(() => new TensorDataset(value as never)).toThrow(KindlingError);
    const disposed = ones([2]);
    disposed.dispose();
    expect(() => new TensorDataset(disposed)).toThrow('expected a tensor that has not been disposed');
  });
});
