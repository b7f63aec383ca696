import { expect } from 'vitest';

/** Equality of tensors and modules would look at their visible properties only. */
export function expectSame(actual: readonly unknown[], expected: readonly unknown[]): void {
  expect(actual.map((item) => expected.indexOf(item))).toEqual([...expected.keys()]);
}
