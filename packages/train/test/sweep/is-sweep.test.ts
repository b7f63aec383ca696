import { expect, test } from 'vitest';
import { isSweep } from '../../src/sweep/is-sweep.ts';

test('a sweep has axes or an experiment; anything else is none', () => {
  expect([{ axes: {} }, { experiment: 'xor' }].map(isSweep)).toEqual([true, true]);
  expect([{ name: 'xor' }, [], 'axes', 5, null, undefined].map(isSweep)).toEqual(Array(6).fill(false));
});
