import { expect, test } from 'vitest';
import { tensor } from '../src/index.ts';

/** What PyTorch 2.15 gives: a Python number takes part as a float32. */
test('plain numbers are rounded to the dtype that the operation works in', () => {
  expect(tensor(0.1).eq(0.1).item()).toBe(1);
  expect(tensor([0.1, 0.7]).lt(0.1).toArray()).toEqual([false, false]);
  expect(tensor(0.7).ge(0.7).item()).toBe(1);
  expect(tensor([3.3]).mul(0.1).item()).toBe(0.33000001311302185);
  expect(tensor(3.3, { dtype: 'float64' }).mul(0.1).item()).toBe(3.3 * 0.1);
  expect(tensor(3, { dtype: 'int32' }).mul(0.1).item()).toBe(Math.fround(3 * Math.fround(0.1)));
});
