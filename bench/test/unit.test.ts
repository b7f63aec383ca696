import { expect, test } from 'vitest';
import { inUnit, timesBetter, type Unit } from '../src/unit.ts';

test.each<[number, Unit, number | undefined, number]>([
  [0.002, 'µs/step', undefined, 2000],
  [0.002, 'ms/step', undefined, 2],
  [1.5, 's/epoch', undefined, 1.5],
  [0.25, 'ms', undefined, 250],
  [0.5, 'GFLOP/s', 2e9, 4],
  [2, 'GB/s', 1e9, 0.5],
])('%d s in %s, with work of %s, is %d', (seconds, unit, work, expected) => {
  expect(inUnit(seconds, unit, work)).toBeCloseTo(expected, 12);
});

test('memory is no time', () => {
  expect(() => inUnit(1, 'MB')).toThrow('expected a unit of time or of work in time, got MB');
});

test('less time and memory are better, more work in time is', () => {
  expect(timesBetter(2, 6, 'µs/step')).toBe(3);
  expect(timesBetter(6, 2, 'MB')).toBeCloseTo(1 / 3);
  expect(timesBetter(6, 2, 'GFLOP/s')).toBe(3);
});
