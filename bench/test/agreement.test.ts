import { expect, test } from 'vitest';
import { disagreements } from '../src/measure/agreement.ts';

const checks = (values: Record<string, number>) =>
  Object.entries(values).map(([implementation, check]) => ({ implementation, check }));

test('rounding is no disagreement', () => {
  expect(disagreements(checks({ a: 0.5, 'PyTorch eager 1t': 0.50002, c: 0.49998 }))).toEqual([]);
});

test('PyTorch is what others are compared with', () => {
  expect(disagreements(checks({ a: 1, b: 1, 'PyTorch eager 1t': 2 }))).toEqual([
    { implementation: 'a', check: 1, expected: 2 },
    { implementation: 'b', check: 1, expected: 2 },
  ]);
});

test('without PyTorch, it is the median', () => {
  expect(disagreements(checks({ a: 1, b: 1.0001, c: 7 }))).toEqual([
    { implementation: 'c', check: 7, expected: 1.0001 },
  ]);
});

test('what is no number agrees with none', () => {
  expect(disagreements(checks({ 'PyTorch eager 1t': 2, b: Number.NaN }))).toHaveLength(1);
});
