import { describe, expect, test } from 'vitest';
import { ArgumentError } from '../../src/errors.ts';
import { NumpyRandomState } from '../../src/random/numpy-random-state.ts';
import { expectPacked, fixture, type Packed } from './expected.ts';

interface Call {
  readonly call: string;
  readonly args: readonly number[];
  readonly values: Packed;
}

interface Sequence {
  readonly seed: number | readonly number[];
  readonly calls: readonly Call[];
}

const { sequences } = fixture<{ sequences: readonly Sequence[] }>('numpy');

function replay(state: NumpyRandomState, { call, args }: Call) {
  const [a = Number.NaN, b = Number.NaN, c = Number.NaN] = args;
  switch (call) {
    case 'randn':
      return state.randn(a);
    case 'rand':
      return state.rand(a);
    case 'random_sample':
      return state.randomSample(a);
    case 'uniform':
      return state.uniform(a, b, c);
    case 'normal':
      return state.normal(a, b, c);
    case 'permutation':
      return state.permutation(a);
    case 'shuffle':
      return state.shuffle(Float64Array.from({ length: a }, (_, i) => i / 2));
    case 'randint':
      return state.randint(a, b, c);
    default:
      throw new Error(`numpy.json holds an unknown call, ${call}`);
  }
}

describe('draws are bit for bit those of NumPy', () => {
  test.each(sequences.map((sequence, i) => ({ ...sequence, i })))('sequence $i', ({ seed, calls }) => {
    const state = new NumpyRandomState(seed);
    for (const call of calls) expectPacked(replay(state, call), call.values);
  });
});

test('seeding anew forgets the cached normal number', () => {
  const state = new NumpyRandomState(5);
  const first = state.randn(1);
  state.seed(5);
  expect(state.randn(1)).toEqual(first);
});

test('a permutation of values leaves them, and orders them as it orders indices', () => {
  const values = ['a', 'b', 'c', 'd', 'e'] as const;
  const shuffled = new NumpyRandomState(3).permutation(values);
  const order = [...new NumpyRandomState(3).permutation(5)];
  expect(shuffled).toEqual(order.map((i) => values[i]));
  expect(values).toEqual(['a', 'b', 'c', 'd', 'e']);
});

describe('arguments out of range are refused', () => {
  const state = new NumpyRandomState(0);
  test.each([
    [() => new NumpyRandomState(-1), 'RandomState: expected a seed in [0, 2^32 - 1], got -1'],
    [() => new NumpyRandomState(2 ** 32), 'RandomState: expected a seed in [0, 2^32 - 1], got 4294967296'],
    [() => new NumpyRandomState(1.5), 'RandomState: expected a seed in [0, 2^32 - 1], got 1.5'],
    [() => new NumpyRandomState([3, -1]), 'RandomState: expected a seed in [0, 2^32 - 1], got -1'],
    [() => new NumpyRandomState([]), 'RandomState: expected a non-empty seed, got []'],
    [() => state.rand(-1), 'RandomState: expected a count n in [0, 2^29], got -1'],
    [() => state.permutation(2.5), 'RandomState: expected a count n in [0, 2^29], got 2.5'],
    [() => state.normal(0, -1, 1), 'normal: expected scale >= 0, got -1'],
    [() => state.uniform(0, Infinity, 1), 'uniform: expected a finite range, got low=0 and high=Infinity'],
    [
      () => state.randint(3, 3, 1),
      'randint: expected integers -2^31 <= low < high <= 2^31, got low=3 and high=3',
    ],
  ])('%s', (call, message) => {
    expect(call).toThrow(new ArgumentError(message));
  });
});
