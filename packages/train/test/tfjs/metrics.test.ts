import { tensor } from '@kindling/core';
import { expect, test } from 'vitest';
import { Accuracy, Mean, MeanAbsoluteError, R2Score } from '../../src/index.ts';

/** Values that float32 sums would lose. */
const large = [2 ** 24, 1, 1, 1, 1];

test('a mean is summed in float64, though the device has none', () => {
  const mean = new Mean();
  for (const value of large) mean.update(tensor(value, { device: 'tfjs' }));
  expect(mean.compute()).toBe((2 ** 24 + 4) / 5);
});

test.each([
  ['mae', MeanAbsoluteError],
  ['r2', R2Score],
  ['accuracy', Accuracy],
] as const)('%s is what it is on the CPU', (_, Metric) => {
  const compute = (device: string): number => {
    const metric = new Metric();
    metric.update(tensor([0.1, 0.9, 0.4], { device }), tensor([0, 1, 1], { device }));
    metric.update(tensor([0.7, 0.2], { device }), tensor([0, 0], { device }));
    return metric.compute();
  };
  expect(compute('tfjs')).toBeCloseTo(compute('cpu'), 12);
  expect(compute('tfjs')).not.toBeNaN();
});
