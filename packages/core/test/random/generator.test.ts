import { describe, expect, test } from 'vitest';
import { ArgumentError } from '../../src/errors.ts';
import { defaultGenerator, manualSeed } from '../../src/random/default-generator.ts';
import { fillBernoulli, fillNormal, fillUniform } from '../../src/random/distributions.ts';
import { Generator } from '../../src/random/generator.ts';
import { drawPermutation, fillIntegers } from '../../src/random/integers.ts';

const draws = (generator: Generator) => fillNormal(new Float64Array(3), generator);

test('without a seed it starts from the default seed of PyTorch', () => {
  expect(new Generator().initialSeed()).toBe(67280421310721n);
});

test('negative seeds count from 2⁶⁴', () => {
  expect(new Generator(-1).initialSeed()).toBe(2n ** 64n - 1n);
  expect(new Generator(-(2n ** 63n)).initialSeed()).toBe(2n ** 63n);
});

test('a seed starts the generator anew, without the cached normal number', () => {
  const generator = new Generator(4);
  const first = draws(generator);
  expect(generator.cachedNormal).toBeTypeOf('number');
  expect(draws(generator.manualSeed(4))).toEqual(first);
});

test('seeds from entropy differ, and are kept', () => {
  const generator = new Generator();
  const seeds = new Set(Array.from({ length: 20 }, () => generator.seed()));
  expect(seeds.size).toBe(20);
  expect(seeds).toContain(generator.initialSeed());
  expect(draws(new Generator(generator.initialSeed()))).toEqual(draws(generator));
});

test('random64 joins two words, the upper first', () => {
  const words = new Generator(6);
  const [upper, lower] = [words.random(), words.random()];
  expect(new Generator(6).random64()).toBe(BigInt(upper) * 2n ** 32n + BigInt(lower));
});

test.each([0, 1, 2, 623, 624, 625, 1248, 5000])('%i words left out are as many drawn', (count) => {
  for (const before of [0, 7, 624]) {
    const [drawn, skipped] = [new Generator(8), new Generator(8)];
    for (let i = 0; i < before; i++) skipped.random();
    for (let i = 0; i < before + count; i++) drawn.random();
    skipped.skip(count);
    expect(skipped.getState()).toEqual(drawn.getState());
    expect(draws(skipped)).toEqual(draws(drawn));
  }
});

test('a clone continues alike and alone', () => {
  const generator = new Generator(12);
  draws(generator);
  const clone = generator.clone();
  expect(clone.getState()).toEqual(generator.getState());
  const next = draws(generator);
  expect(draws(clone)).toEqual(next);
  expect(clone.initialSeed()).toBe(12n);
});

test('manualSeed seeds the default generator', () => {
  expect(manualSeed(9)).toBe(defaultGenerator);
  expect(draws(defaultGenerator)).toEqual(draws(new Generator(9)));
});

describe('a state that cannot be taken over leaves the generator as it was', () => {
  const generator = new Generator(1);
  const changed = (change: (view: DataView) => void): Uint8Array => {
    const state = generator.getState();
    change(new DataView(state.buffer));
    return state;
  };
  test.each([
    [generator.getState().subarray(1), 'setState: expected 5056 bytes, got 5055'],
    [
      changed((view) => view.setBigUint64(16, 625n, true)),
      'setState: expected the state of a Mersenne Twister, got position 625 with 1 words left',
    ],
    [
      changed((view) => view.setInt32(8, 7, true)),
      'setState: expected the state of a Mersenne Twister, got position 0 with 7 words left',
    ],
    [
      changed((view) => view.setInt32(12, 0, true)),
      'setState: expected the state of a Mersenne Twister, got one that was never seeded',
    ],
    [
      changed((view) => view.setUint8(5052, 1)),
      'setState: expected no cached float32 normal number (PyTorch draws none on the CPU), got one',
    ],
  ])('%#', (state, message) => {
    const before = generator.getState();
    expect(() => generator.setState(state)).toThrow(new ArgumentError(message));
    expect(generator.getState()).toEqual(before);
  });
});

describe('arguments out of range are refused', () => {
  const generator = new Generator(1);
  const out = new Float32Array(2);
  test.each([
    [() => new Generator(1.5), 'manualSeed: expected an integer in [-2^63, 2^64 - 1], got 1.5'],
    [
      () => new Generator(2n ** 64n),
      'manualSeed: expected an integer in [-2^63, 2^64 - 1], got 18446744073709551616n',
    ],
    [() => new Generator(Number.NaN), 'manualSeed: expected an integer in [-2^63, 2^64 - 1], got NaN'],
    [() => fillUniform(out, generator, 1, 0), 'uniform: expected finite from <= to, got from=1 and to=0'],
    [
      () => fillUniform(out, generator, 0, 1e39),
      'uniform: expected finite from <= to, got from=0 and to=1e+39',
    ],
    [() => fillNormal(out, generator, 0, -1), 'normal: expected std >= 0, got -1'],
    [() => fillNormal(out, generator, 0, Number.NaN), 'normal: expected std >= 0, got NaN'],
    [() => fillBernoulli(out, generator, 1.5), 'bernoulli: expected a probability in [0, 1], got 1.5'],
    [
      () => fillBernoulli(out, generator, Float32Array.of(0.5, -1)),
      'bernoulli: expected a probability in [0, 1], got -1',
    ],
    [() => fillBernoulli(out, generator, new Float64Array(3)), 'bernoulli: expected 2 probabilities, got 3'],
    [() => drawPermutation(generator, -1), 'randperm: expected an integer n >= 0, got -1'],
    [() => fillIntegers(out, generator, 2, 2), 'randint: expected integers low < high, got low=2 and high=2'],
    [
      () => fillIntegers(out, generator, 0, 0.5),
      'randint: expected integers low < high, got low=0 and high=0.5',
    ],
    [
      () => fillIntegers(out, generator, 0, 2 ** 24 + 2),
      'randint: expected integers in [-16777216, 16777216] for float32, got [0, 16777217]',
    ],
    [
      () => fillIntegers(new Uint8Array(1), generator, -1, 3),
      'randint: expected integers in [0, 255] for uint8, got [-1, 2]',
    ],
    [
      () => fillIntegers(new Int32Array(1), generator, 0, 2 ** 31 + 1),
      'randint: expected integers in [-2147483648, 2147483647] for int32, got [0, 2147483648]',
    ],
  ])('%s', (call, message) => {
    const before = generator.getState();
    expect(call).toThrow(new ArgumentError(message));
    expect(generator.getState()).toEqual(before);
  });
});

test('a snapshot is the state of its moment, whatever is drawn later', () => {
  const generator = new Generator(3);
  for (let i = 0; i < 700; i++) generator.random();
  const expected = generator.getState();
  const snapshot = generator.snapshot();
  const draws = Array.from({ length: 2000 }, () => generator.random());
  expect(snapshot()).toEqual(expected);
  generator.manualSeed(4);
  expect(snapshot()).toEqual(expected);
  generator.setState(expected);
  expect(Array.from({ length: 2000 }, () => generator.random())).toEqual(draws);
});
