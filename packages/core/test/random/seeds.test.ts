import { crc32 } from 'node:zlib';
import {
  arange,
  bernoulli,
  type DType,
  defaultGenerator,
  empty,
  init,
  manualSeed,
  nn,
  rand,
  randint,
  randn,
  randperm,
  type Tensor,
} from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { bytesOf, fixture } from './expected.ts';

interface Seeds {
  readonly seeds: readonly string[];
  /** The CRC-32 of the generator's state after all calls from each seed. */
  readonly end: readonly number[];
  readonly calls: readonly {
    readonly call: string;
    readonly args: readonly never[];
    /** Of the elements' bytes, from each seed. */
    readonly crc32: readonly number[];
  }[];
}

type Sizes = readonly number[];
const ramp = (shape: Sizes): Tensor =>
  arange(shape.reduce((a, b) => a * b, 1))
    .div(7)
    .reshape(shape);

/** Elements of every parameter, in order. */
const drawn = (module: nn.Module): Tensor[] => [...module.parameters()];

const draws: Readonly<Record<string, (...args: never[]) => Tensor | Tensor[]>> = {
  rand: (shape: Sizes, dtype: DType) => rand(shape, { dtype }),
  randn: (shape: Sizes, dtype: DType) => randn(shape, { dtype }),
  randint: (low: number, high: number, shape: Sizes, dtype: DType) => randint(low, high, shape, { dtype }),
  randperm,
  bernoulli: (shape: Sizes, dtype: DType) => {
    const x = ramp(shape);
    return bernoulli(x.sub(x.floor()).to(dtype));
  },
  dropout: (shape: Sizes, p: number) => new nn.Dropout(p).forward(ramp(shape)),
  Linear: (inFeatures: number, outFeatures: number, bias = true) =>
    drawn(new nn.Linear(inFeatures, outFeatures, { bias })),
  Embedding: (count: number, dim: number) => drawn(new nn.Embedding(count, dim)),
  'init.kaimingUniform': (shape: Sizes, options?: init.KaimingOptions) =>
    init.kaimingUniform(empty(shape), options),
  'init.kaimingNormal': (shape: Sizes, options?: init.KaimingOptions) =>
    init.kaimingNormal(empty(shape), options),
  'init.xavierUniform': (shape: Sizes, gain?: number) => init.xavierUniform(empty(shape), gain),
  'init.xavierNormal': (shape: Sizes, gain?: number) => init.xavierNormal(empty(shape), gain),
  'init.uniform': (shape: Sizes, from?: number, to?: number) => init.uniform(empty(shape), from, to),
  'init.normal': (shape: Sizes, mean?: number, std?: number) => init.normal(empty(shape), mean, std),
  'init.zeros': (shape: Sizes) => init.zeros(empty(shape)),
  'init.ones': (shape: Sizes) => init.ones(empty(shape)),
};

const checksum = (tensors: Tensor | Tensor[]): number =>
  [tensors].flat().reduce((sum, tensor) => crc32(bytesOf(tensor.data()), sum), 0);

const { seeds, calls, end } = fixture<Seeds>('seeds');

describe('what users draw is bit for bit what PyTorch draws', () => {
  test('from twenty seeds and more', () => expect(seeds.length).toBeGreaterThanOrEqual(20));

  test.each(seeds.map((seed, i) => ({ seed, i })))('from seed $seed', ({ seed, i }) => {
    manualSeed(BigInt(seed));
    const wrong = calls.filter(({ call, args, crc32: sums }) => checksum(draws[call]!(...args)) !== sums[i]);
    expect(wrong.map(({ call, args }) => `${call}(${JSON.stringify(args).slice(1, -1)})`)).toEqual([]);
    expect(crc32(defaultGenerator.getState())).toBe(end[i]);
  });
});
