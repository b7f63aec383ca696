import { tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { buildLoss } from '../../src/experiment/build-loss.ts';
import { buildSchedule } from '../../src/experiment/build-schedule.ts';
import { bceWithLogits, crossEntropy, type ExperimentInput, nll, SGD } from '../../src/index.ts';
import { experiment } from './set-up.ts';

describe('losses have the options of the experiment', () => {
  const output = tensor([
    [0.2, -1, 0.5],
    [1, 2, 3],
  ]);
  const classes = tensor([2, 0], { dtype: 'int32' });

  test('crossEntropy and nll', () => {
    const weight = [1, 2, 3];
    const options = { reduction: 'sum', weight: tensor(weight) } as const;
    const smoothed = buildLoss(
      { type: 'crossEntropy', reduction: 'sum', weight, labelSmoothing: 0.1 },
      'cpu',
    );
    expect(smoothed(output, classes).item()).toBe(
      crossEntropy(output, classes, { ...options, labelSmoothing: 0.1 }).item(),
    );
    const likelihood = buildLoss({ type: 'nll', reduction: 'sum', weight }, 'cpu');
    expect(likelihood(output, classes).item()).toBe(nll(output, classes, options).item());
    const plain = buildLoss({ type: 'nll', reduction: 'mean' }, 'cpu');
    expect(plain(output, classes).item()).toBe(nll(output, classes).item());
  });

  test('bceWithLogits', () => {
    const target = tensor([
      [1, 0, 1],
      [0, 1, 1],
    ]);
    const loss = buildLoss({ type: 'bceWithLogits', reduction: 'mean', posWeight: [2, 1, 3] }, 'cpu');
    expect(loss(output, target).item()).toBe(
      bceWithLogits(output, target, { posWeight: tensor([2, 1, 3]) }).item(),
    );
  });
});

describe('schedules step when the experiment says', () => {
  const optimizer = (): SGD => new SGD([tensor([1], { requiresGrad: true })], { lr: 0.1, momentum: 0.9 });
  const on = (schedule: NonNullable<ExperimentInput['schedule']>) => {
    const { schedule: settings } = experiment({ schedule });
    const { schedule: built, scheduleOn } = buildSchedule(settings!, optimizer(), { steps: 20, epochs: 5 });
    return [built.constructor.name, scheduleOn];
  };

  test.each<[NonNullable<ExperimentInput['schedule']>, [string, string]]>([
    ['plateau', ['ReduceLROnPlateau', 'evaluation']],
    [{ type: 'oneCycle', maxLr: 1 }, ['OneCycleLR', 'step']],
    [{ type: 'warmUp', totalIters: 3 }, ['LinearLR', 'step']],
    [{ type: 'step', stepSize: 2 }, ['StepLR', 'epoch']],
    [{ type: 'cosine', per: 'step' }, ['CosineAnnealingLR', 'step']],
    [{ type: 'exponential', gamma: 0.5, warmUp: 2 }, ['SequentialLR', 'epoch']],
  ])('%j', (schedule, expected) => {
    expect(on(schedule)).toEqual(expected);
  });
});
