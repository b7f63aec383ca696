import { expect, test } from 'vitest';
import { MersenneTwister } from '../../src/random/mersenne-twister.ts';

test('one word seeds the sequence that the C++ standard prescribes for mt19937', () => {
  const twister = new MersenneTwister();
  twister.seed(5489);
  for (let i = 1; i < 10000; i++) twister.next();
  expect(twister.next()).toBe(4123659995);
});

test('an array seeds the sequence of the reference program', () => {
  const twister = new MersenneTwister();
  twister.seedByArray([0x123, 0x234, 0x345, 0x456]);
  const first = Array.from({ length: 5 }, () => twister.next());
  expect(first).toEqual([1067595299, 955945823, 477289528, 4107218783, 4228976476]);
});

test('a copy goes on alone', () => {
  const twister = new MersenneTwister();
  twister.seed(1);
  for (let i = 0; i < 1000; i++) twister.next();
  const copy = new MersenneTwister();
  copy.copyFrom(twister);
  const ahead = Array.from({ length: 700 }, () => twister.next());
  expect(Array.from({ length: 700 }, () => copy.next())).toEqual(ahead);
});
