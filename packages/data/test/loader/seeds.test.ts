import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { arange, defaultGenerator, Generator, manualSeed, type Tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { randomSplit } from '../../src/dataset/random-split.ts';
import { TensorDataset } from '../../src/dataset/tensor-dataset.ts';
import { DataLoader } from '../../src/loader/data-loader.ts';

/** Written by tools/golden/seeds.py: checksums of the orders that PyTorch draws, from many seeds. */
interface Seeds {
  readonly seeds: readonly string[];
  readonly end: readonly number[];
  readonly calls: readonly {
    readonly call: 'epochs' | 'split';
    readonly args: readonly never[];
    readonly crc32: readonly number[];
  }[];
}

const { seeds, calls, end }: Seeds = JSON.parse(
  readFileSync(new URL('../fixtures/seeds.json', import.meta.url), 'utf8'),
);

const bytesOf = (values: Int32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

function epochs(seed: bigint, n: number, batchSize: number, own: boolean): number {
  const generator = own ? new Generator(seed) : undefined;
  const loader = new DataLoader<[Tensor]>(new TensorDataset(arange(n)), {
    batchSize,
    shuffle: true,
    generator,
  });
  const order = [1, 2].flatMap(() => [...loader].flatMap(([batch]) => [...batch.data()]));
  if (generator) order.push(crc32(generator.getState()));
  return crc32(bytesOf(Int32Array.from(order)));
}

function split(seed: bigint, lengths: readonly number[], own: boolean): number {
  const length = Number.isInteger(lengths[0]) ? lengths.reduce((a, b) => a + b) : 100;
  const parts = randomSplit({ length, get: (i) => i }, lengths, own ? new Generator(seed) : undefined);
  return parts.reduce((sum, { indices }) => crc32(bytesOf(Int32Array.from(indices)), sum), 0);
}

const draws: Readonly<Record<string, (seed: bigint, ...args: never[]) => number>> = { epochs, split };

describe('orders are those of PyTorch', () => {
  test('from twenty seeds and more', () => expect(seeds.length).toBeGreaterThanOrEqual(20));

  test.each(seeds.map((seed, i) => ({ seed: BigInt(seed), i })))('from seed $seed', ({ seed, i }) => {
    manualSeed(seed);
    const wrong = calls.filter(({ call, args, crc32: sums }) => draws[call]!(seed, ...args) !== sums[i]);
    expect(wrong.map(({ call, args }) => `${call}(${JSON.stringify(args).slice(1, -1)})`)).toEqual([]);
    expect(crc32(defaultGenerator.getState())).toBe(end[i]);
  });
});
