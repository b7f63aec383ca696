import { expect, test } from 'vitest';
import { metricGoal } from '../../src/events.ts';

test.each([
  ['loss', 'min'],
  ['validation.loss', 'min'],
  ['loss/generator', 'min'],
  ['meanAbsoluteError', 'min'],
  ['val_mae', 'min'],
  ['test.f1', 'max'],
  ['top5-accuracy', 'max'],
  ['r2', 'max'],
  ['accuracy_loss', 'min'],
  ['lossless', undefined],
  ['lr', undefined],
  ['', undefined],
])('the goal of %j is %s', (name, goal) => {
  expect(metricGoal(name)).toBe(goal);
});
