import { readFileSync } from 'node:fs';
import { arange, defaultGenerator, Generator, init, manualSeed, nn } from '@kindling/core';
import { drawSeed } from '@kindling/core/internal';
import { describe, expect, test } from 'vitest';
import { randomSplit } from '../../src/dataset/random-split.ts';
import { TensorDataset } from '../../src/dataset/tensor-dataset.ts';
import { DataLoader } from '../../src/loader/data-loader.ts';
import { RandomSampler } from '../../src/loader/sampler.ts';

/** Written by tools/golden/data.py from PyTorch 2.15. */
interface LoaderCase {
  readonly name: string;
  readonly n: number;
  readonly seed: number;
  readonly own?: number;
  readonly stop?: number;
  readonly large?: boolean;
  readonly replacement?: boolean;
  readonly numSamples?: number;
  readonly options: { readonly batchSize?: number; readonly shuffle?: boolean; readonly dropLast?: boolean };
  readonly length: number;
  readonly epochs: readonly (readonly (readonly number[])[])[];
  readonly after: { readonly default: string; readonly own?: string };
}

interface SplitCase {
  readonly name: string;
  readonly n: number;
  readonly lengths: readonly number[];
  readonly seed: number;
  readonly large?: boolean;
  readonly parts: readonly (readonly number[])[];
  readonly after: string;
}

const fixture = <T>(name: string): readonly T[] =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')).cases;

const digest = (batch: readonly number[]): number[] => [
  batch[0]!,
  batch.at(-1)!,
  batch.reduce((a, b) => a + b, 0),
];

function loaderOf(c: LoaderCase, generator: Generator | undefined): DataLoader<unknown, unknown> {
  const dataset = new TensorDataset(arange(c.n));
  const isSampled = c.replacement !== undefined || c.numSamples !== undefined;
  if (!isSampled) return new DataLoader(dataset, { ...c.options, generator });
  const { replacement, numSamples } = c;
  return new DataLoader(dataset, {
    ...c.options,
    sampler: new RandomSampler(dataset, { replacement, numSamples, generator }),
  });
}

describe('DataLoader takes the samples that PyTorch takes', () => {
  test.each(fixture<LoaderCase>('loader'))('$name', (c) => {
    manualSeed(c.seed);
    const generator = c.own === undefined ? undefined : new Generator(c.own);
    const loader = loaderOf(c, generator) as DataLoader<[ReturnType<typeof arange>]>;
    expect(loader.length).toBe(c.length);
    for (const expected of c.epochs) {
      const batches: number[][] = [];
      for (const [batch] of loader) {
        batches.push([...batch.data()]);
        if (batches.length === c.stop) break;
      }
      expect(c.large ? batches.map(digest) : batches).toEqual(expected);
    }
    expect(drawSeed(defaultGenerator).toString()).toBe(c.after.default);
    if (generator) expect(drawSeed(generator).toString()).toBe(c.after.own);
  });
});

describe('randomSplit gives the parts that PyTorch gives', () => {
  test.each(fixture<SplitCase>('random-split'))('$name', ({ n, lengths, seed, large, parts, after }) => {
    const generator = new Generator(seed);
    const got = randomSplit({ length: n, get: (i) => i }, lengths, generator).map((part) => [
      ...part.indices,
    ]);
    expect(large ? got.map(digest) : got).toEqual(parts);
    expect(drawSeed(generator).toString()).toBe(after);
  });
});

test('the MNIST program takes the batches that PyTorch takes', () => {
  const [program] = fixture<{ seed: number; batches: number[][] }>('mnist-program');
  manualSeed(program!.seed);
  const layers = [new nn.Linear(784, 256), new nn.Linear(256, 10)];
  for (const { weight } of layers) init.kaimingNormal(weight);
  const loader = new DataLoader(new TensorDataset(arange(60_000)), { batchSize: 256, shuffle: true });
  const first: number[][] = [];
  for (const [batch] of loader) {
    first.push([...batch.data()].slice(0, 8));
    if (first.length === program!.batches.length) break;
  }
  expect(first).toEqual(program!.batches);
});
