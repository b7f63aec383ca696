import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fillBernoulli, fillNormal, fillUniform } from '../../src/random/distributions.ts';
import { Generator } from '../../src/random/generator.ts';
import { drawPermutation, drawSeed, fillIntegers } from '../../src/random/integers.ts';
import { expectPacked, fixture, type Packed } from './expected.ts';

interface Call {
  readonly call: string;
  readonly n: number;
  readonly dtype: 'float32' | 'float64' | 'int32' | 'uint8' | 'int64';
  readonly args?: readonly number[];
  readonly ownSeed?: number;
  readonly ownState?: number;
  readonly values: Packed;
}

interface Sequence {
  readonly seed: string;
  readonly calls: readonly Call[];
  readonly end: number;
}

const { sequences } = fixture<{ sequences: readonly Sequence[] }>('torch');

/** What PyTorch's call draws, drawn with the generator under test. */
function replay(generator: Generator, { call, n, dtype, args = [], ownSeed, ownState }: Call) {
  const reals = dtype === 'float32' ? new Float32Array(n) : new Float64Array(n);
  const any = dtype === 'int32' ? new Int32Array(n) : dtype === 'uint8' ? new Uint8Array(n) : reals;
  const [a = Number.NaN, b = Number.NaN] = args;
  switch (call) {
    case 'uniform':
      return fillUniform(reals, generator, a, b);
    case 'normal':
      return fillNormal(reals, generator, a, b);
    case 'randint':
      return fillIntegers(any, generator, a, b);
    case 'randperm':
      return drawPermutation(generator, n);
    case 'bernoulli':
      return fillBernoulli(any, generator, a);
    case 'bernoulliEach':
      return fillBernoulli(
        reals,
        generator,
        reals.map((_, i) => (i % 9) / 8),
      );
    case 'dropout':
      return fillBernoulli(reals, generator, 1 - a).map((kept) => kept / (1 - a));
    case 'linear': {
      // kaiming_uniform_(a=√5) for the weight, then U(−1/√fan_in, 1/√fan_in) for the bias.
      const bound = Math.sqrt(3) * (Math.sqrt(2 / (1 + Math.sqrt(5) ** 2)) / Math.sqrt(a));
      fillUniform(reals.subarray(0, a * b), generator, -bound, bound);
      fillUniform(reals.subarray(a * b), generator, -1 / Math.sqrt(a), 1 / Math.sqrt(a));
      return reals;
    }
    case 'kaimingNormal':
      return fillNormal(reals, generator, 0, Math.SQRT2 / Math.sqrt(a));
    case 'drawSeed':
      return BigInt64Array.of(drawSeed(generator));
    case 'epoch': {
      const own = ownSeed === undefined ? undefined : new Generator(ownSeed);
      drawSeed(own ?? generator);
      const order = drawPermutation(own ?? new Generator(drawSeed(generator)), n);
      if (own) {
        drawPermutation(own, n);
        expect(crc32(own.getState())).toBe(ownState);
      }
      return order;
    }
    default:
      throw new Error(`torch.json holds an unknown call, ${call}`);
  }
}

describe('draws are bit for bit those of PyTorch', () => {
  test.each(sequences.map((sequence, i) => ({ ...sequence, i })))(
    'sequence $i, seed $seed',
    ({ seed, calls, end }) => {
      let generator = new Generator(BigInt(seed));
      for (const call of calls) {
        if (call.call === 'state' || call.call === 'load') {
          const bytes = new Uint8Array(inflateSync(Buffer.from(String(call.values), 'base64')));
          if (call.call === 'state') expect(generator.getState()).toEqual(bytes);
          // What follows is drawn from PyTorch's bytes by a generator that knows nothing else.
          generator = new Generator(0).setState(bytes);
        } else {
          expectPacked(replay(generator, call), call.values);
        }
      }
      expect(crc32(generator.getState())).toBe(end);
    },
  );
});
