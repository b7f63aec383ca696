import { arange, defaultGenerator, Generator, manualSeed, type Tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { TensorDataset } from '../../src/dataset/tensor-dataset.ts';
import { DataLoader, type DataLoaderOptions } from '../../src/datasets.ts';
import { RandomSampler } from '../../src/loader/sampler.ts';

type Options = DataLoaderOptions<readonly [Tensor], readonly [Tensor]>;

const loaderOf = (options: Options): DataLoader<readonly [Tensor], readonly [Tensor]> =>
  new DataLoader(new TensorDataset(arange(11)), options);

const iterated = (loader: Iterable<readonly [Tensor]>): number[][] =>
  Array.from(loader, ([x]) => [...x.data()]);

function gathered(loader: DataLoader<readonly [Tensor], readonly [Tensor]>): number[][] {
  const { begin } = loader.rows!;
  const next = begin();
  const batches: number[][] = [];
  for (let rows = next(); rows !== undefined; rows = next()) batches.push([...rows]);
  return batches;
}

describe('rows', () => {
  test.each<[string, () => Options]>([
    ['in order', () => ({ batchSize: 4 })],
    ['all at once', () => ({ batchSize: 11 })],
    ['shuffled', () => ({ batchSize: 3, shuffle: true })],
    ['shuffled, without a smaller batch', () => ({ batchSize: 3, shuffle: true, dropLast: true })],
    ['of a generator of their own', () => ({ batchSize: 3, shuffle: true, generator: new Generator(5) })],
    [
      'with replacement',
      () => ({ batchSize: 4, sampler: new RandomSampler({ length: 11 }, { replacement: true }) }),
    ],
    [
      'more than there are',
      () => ({ batchSize: 4, sampler: new RandomSampler({ length: 11 }, { numSamples: 25 }) }),
    ],
  ])('%s are those of the batches, and draw as much', (_, options) => {
    manualSeed(9);
    const loader = loaderOf(options());
    const expected = [iterated(loader), iterated(loader)];
    const state = Buffer.from(defaultGenerator.getState());

    manualSeed(9);
    const other = loaderOf(options());
    expect([gathered(other), gathered(other)]).toEqual(expected);
    expect(Buffer.from(defaultGenerator.getState()).equals(state)).toBe(true);
    const { length, sizeOf } = other.rows!;
    expect(Array.from({ length }, (_, i) => sizeOf(i))).toEqual(expected[0]!.map((batch) => batch.length));
  });

  test('go on where a state was taken', () => {
    manualSeed(2);
    const loader = loaderOf({ batchSize: 3, shuffle: true });
    const next = loader.rows!.begin();
    next();
    next();
    const state = JSON.parse(JSON.stringify(loader.stateDict()));
    const rest = [next(), next()].map((rows) => [...rows!]);
    expect(next()).toBeUndefined();
    const other = loaderOf({ batchSize: 3, shuffle: true });
    other.loadStateDict(state);
    expect(gathered(other)).toEqual(rest);
  });

  test('are there only where a batch is a gather of rows', () => {
    expect(loaderOf({ batchSampler: [[1], [2, 3]] }).rows).toBeUndefined();
    expect(loaderOf({ collate: ([first]) => first! }).rows).toBeUndefined();
    expect(new DataLoader({ length: 2, get: (i: number) => i }).rows).toBeUndefined();
    expect(loaderOf({ batchSize: 2 }).rows?.isInOrder).toBe(true);
    expect(loaderOf({ batchSize: 2, shuffle: true }).rows?.isInOrder).toBe(false);
  });

  test('are told of before they are given out, as batches are', () => {
    const told: number[][] = [];
    const loader = loaderOf({ batchSize: 4, onBatch: (rows) => void told.push([...rows]) });
    const batches = gathered(loader);
    expect(told).toEqual(batches);
    expect(iterated(loader)).toEqual(batches);
    expect(told).toEqual([...batches, ...batches]);
  });
});
