import { expect, test } from 'vitest';
import type { Callback } from '../../src/index.ts';
import { Pace, type PaceOptions } from '../../src/trainer/pace.ts';

const watching = (every?: number): Callback => ({
  name: 'watch',
  ...(every === undefined ? {} : { every }),
  onSteps: () => undefined,
});
const pace = (options: Partial<PaceOptions> = {}): Pace =>
  new Pace({
    callbacks: [],
    defaultEvery: 1,
    maxSteps: Number.POSITIVE_INFINITY,
    epochs: 10,
    awaitEvery: Number.POSITIVE_INFINITY,
    ...options,
  });
const from = (step: number, epoch: number) => ({ step, epoch });

test('steps are told of at the multiples that callbacks name', () => {
  const both = pace({ callbacks: [watching(10), watching(4), watching(Number.POSITIVE_INFINITY)] });
  expect([0, 3, 4, 9, 18].map((step) => both.room(from(step, 0)).steps)).toEqual([4, 1, 4, 1, 2]);
  expect([3, 4, 10, 11].map((step) => both.isDue(step))).toEqual([false, true, true, false]);
});

test('a callback that names nothing waits for as many as are usual', () => {
  expect(pace({ callbacks: [watching()] }).room(from(7, 0)).steps).toBe(1);
  const free = pace({ callbacks: [watching()], defaultEvery: Number.POSITIVE_INFINITY });
  expect(free.room(from(7, 0)).steps).toBe(Number.POSITIVE_INFINITY);
  expect(free.isDue(7)).toBe(false);
  expect(pace({ callbacks: [{ name: 'ends', onEpoch: () => undefined }] }).room(from(0, 0)).steps).toBe(
    Number.POSITIVE_INFINITY,
  );
});

test('training stops at the last step, the last epoch, and where the end of an epoch is awaited', () => {
  expect(pace({ maxSteps: 12 }).room(from(7, 0)).steps).toBe(5);
  expect([0, 4, 9].map((epoch) => pace().room(from(0, epoch)).epochs)).toEqual([10, 6, 1]);
  const awaited = pace({ awaitEvery: 4 });
  expect([0, 3, 4, 8, 9].map((epoch) => awaited.room(from(0, epoch)).epochs)).toEqual([4, 1, 4, 2, 1]);
  expect(pace({ awaitEvery: 1 }).room(from(0, 3)).epochs).toBe(1);
});
