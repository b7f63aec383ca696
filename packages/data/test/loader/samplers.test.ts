import { readFileSync } from 'node:fs';
import { ArgumentError, arange, defaultGenerator, Generator, manualSeed } from '@kindling/core';
import { drawSeed } from '@kindling/core/internal';
import { describe, expect, test } from 'vitest';
import {
  ConcatDataset,
  DataLoader,
  SubsetRandomSampler,
  TensorDataset,
  WeightedRandomSampler,
} from '../../src/browser.ts';

/** Written by tools/golden/data.py from PyTorch 2.15. */
interface SamplerCase {
  readonly name: string;
  readonly seed: number;
  readonly own?: number;
  readonly weights?: readonly number[];
  readonly numSamples?: number;
  readonly replacement?: boolean;
  readonly indices?: readonly number[];
  readonly epochs: readonly (readonly number[])[];
  readonly after: { readonly default: string; readonly own?: string };
}

const { cases }: { cases: readonly SamplerCase[] } = JSON.parse(
  readFileSync(new URL('../fixtures/samplers.json', import.meta.url), 'utf8'),
);

describe('samplers draw as those of PyTorch', () => {
  test.each(cases)('$name', ({ seed, own, weights, numSamples, replacement, indices, epochs, after }) => {
    manualSeed(seed);
    const generator = own === undefined ? undefined : new Generator(own);
    const sampler =
      weights === undefined
        ? new SubsetRandomSampler(indices!, generator)
        : new WeightedRandomSampler(weights, { numSamples, replacement, generator });
    expect(sampler.length).toBe(epochs[0]!.length);
    expect(epochs.map(() => [...sampler])).toEqual(epochs);
    expect(drawSeed(defaultGenerator).toString()).toBe(after.default);
    if (generator) expect(drawSeed(generator).toString()).toBe(after.own);
  });

  test('and give a loader its order', () => {
    const data = new TensorDataset(arange(10));
    const loader = new DataLoader(data, { sampler: new WeightedRandomSampler([0, 0, 0, 1]), batchSize: 2 });
    expect([...loader].map(([batch]) => [...batch!.data()])).toEqual([
      [3, 3],
      [3, 3],
    ]);
  });

  test('refuse what is no weight and no index', () => {
    const weighted =
      (weights: readonly number[], options = {}) =>
      () =>
        new WeightedRandomSampler(weights, options);
    expect(weighted([1, -1])).toThrow('WeightedRandomSampler: expected weights of at least 0, got -1');
    expect(weighted([0, 0])).toThrow('WeightedRandomSampler: expected at least 1 weights above 0, got 0');
    expect(weighted([1, 0], { replacement: false })).toThrow(ArgumentError);
    expect(weighted([1], { numSamples: 0 })).toThrow(ArgumentError);
    expect(() => new SubsetRandomSampler([0.5])).toThrow(ArgumentError);
    expect(() => new SubsetRandomSampler(3 as never)).toThrow('SubsetRandomSampler: expected indices, got 3');
  });
});

describe('ConcatDataset', () => {
  const numbers = (...values: number[]) => ({ length: values.length, get: (i: number) => values[i]! });

  test('has the samples of all, in their order', () => {
    const all = new ConcatDataset([numbers(5, 6), numbers(), numbers(7)]);
    expect(all.length).toBe(3);
    expect([0, 1, 2].map((i) => all.get(i))).toEqual([5, 6, 7]);
    const batches = [...new DataLoader(all, { batchSize: 2 })];
    expect(batches.map((batch) => [...batch.data()])).toEqual([[5, 6], [7]]);
  });

  test('refuses an index beyond, and what is no dataset', () => {
    const all = new ConcatDataset([numbers(5)]);
    expect(() => all.get(1)).toThrow('ConcatDataset: expected an index in [0, 1), got 1');
    expect(() => all.get(-1)).toThrow('ConcatDataset');
    expect(() => new ConcatDataset([])).toThrow(ArgumentError);
    expect(() => new ConcatDataset([[1, 2]] as never)).toThrow(
      'ConcatDataset: expected datasets with a length, got an iterable',
    );
    expect(() => new ConcatDataset([3] as never)).toThrow('ConcatDataset: expected a dataset');
  });
});
