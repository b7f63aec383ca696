import { nn } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import {
  type Batch,
  type Callback,
  type FitOptions,
  mse,
  ReduceLROnPlateau,
  SGD,
  StepLR,
  type TrainerOptions,
} from '../../src/index.ts';
import {
  ReportingInterval,
  type ReportingIntervalOptions,
  reportingIntervalOf,
} from '../../src/trainer/reporting-interval.ts';

const watching = (interval?: number): Callback => ({
  name: 'watch',
  ...(interval === undefined ? {} : { interval }),
  onTrainBatchEnd: () => undefined,
});
const pace = (options: Partial<ReportingIntervalOptions> = {}): ReportingInterval =>
  new ReportingInterval({
    callbacks: [],
    defaultInterval: 1,
    maxSteps: Number.POSITIVE_INFINITY,
    epochs: 10,
    awaitEvery: Number.POSITIVE_INFINITY,
    ...options,
  });
const from = (step: number, epoch: number) => ({ step, epoch });

test('steps are told of at the multiples that callbacks name', () => {
  const both = pace({ callbacks: [watching(10), watching(4), watching(Number.POSITIVE_INFINITY)] });
  expect([0, 3, 4, 9, 18].map((step) => both.budget(from(step, 0)).steps)).toEqual([4, 1, 4, 1, 2]);
  expect([3, 4, 10, 11].map((step) => both.isDue(step))).toEqual([false, true, true, false]);
});

test('a callback that names nothing waits for as many as are usual', () => {
  expect(pace({ callbacks: [watching()] }).budget(from(7, 0)).steps).toBe(1);
  const free = pace({ callbacks: [watching()], defaultInterval: Number.POSITIVE_INFINITY });
  expect(free.budget(from(7, 0)).steps).toBe(Number.POSITIVE_INFINITY);
  expect(free.isDue(7)).toBe(false);
  expect(
    pace({ callbacks: [{ name: 'ends', onTrainEpochEnd: () => undefined }] }).budget(from(0, 0)).steps,
  ).toBe(Number.POSITIVE_INFINITY);
});

test('training stops at the last step, the last epoch, and where the end of an epoch is awaited', () => {
  expect(pace({ maxSteps: 12 }).budget(from(7, 0)).steps).toBe(5);
  expect([0, 4, 9].map((epoch) => pace().budget(from(0, epoch)).epochs)).toEqual([10, 6, 1]);
  const awaited = pace({ awaitEvery: 4 });
  expect([0, 3, 4, 8, 9].map((epoch) => awaited.budget(from(0, epoch)).epochs)).toEqual([4, 1, 4, 2, 1]);
  expect(pace({ awaitEvery: 1 }).budget(from(0, 3)).epochs).toBe(1);
});

describe('a fit goes on until somebody waits for the end of an epoch', () => {
  const model = new nn.Linear(1, 1);
  const optimizer = new SGD(model.parameters(), { lr: 1 });
  const samples: readonly Batch[] = [];
  const ended = (interval?: number): Callback => ({
    name: 'ends',
    ...(interval === undefined ? {} : { interval }),
    onTrainEpochEnd: () => undefined,
  });
  const epochs = (fit: Partial<FitOptions>, more: Partial<TrainerOptions> = {}): number =>
    reportingIntervalOf(
      { model, loss: mse, optimizer, ...more },
      { epochs: 100, evaluateEvery: 10, ...fit },
    ).budget(from(0, 3)).epochs;
  const plateau = new ReduceLROnPlateau(optimizer);
  const step = new StepLR(optimizer, { stepSize: 1 });

  test('which is never, where nobody does', () => {
    expect(epochs({})).toBe(97);
    expect(epochs({ callbacks: [watching()] })).toBe(97);
    expect(epochs({ callbacks: [ended(5)] })).toBe(97);
    expect(epochs({}, { schedule: step })).toBe(97);
    expect(epochs({}, { schedule: plateau, scheduleOn: 'step' })).toBe(97);
  });

  test('which is at each, where a callback or a schedule looks at it', () => {
    expect(epochs({ callbacks: [ended()] })).toBe(1);
    expect(epochs({ callbacks: [watching(), ended()], validation: samples })).toBe(1);
    expect(epochs({}, { schedule: plateau })).toBe(1);
    expect(epochs({}, { schedule: plateau, scheduleOn: 'epoch' })).toBe(1);
  });

  test('which is at evaluations, where there are any', () => {
    expect(epochs({ trainEvaluation: samples })).toBe(7);
    expect(epochs({ validation: samples })).toBe(7);
    expect(epochs({}, { schedule: step, scheduleOn: 'evaluation' })).toBe(7);
    expect(epochs({ validation: samples, evaluateEvery: 1 })).toBe(1);
  });

  test('and no further than it may', () => {
    const { steps } = reportingIntervalOf(
      { model, loss: mse, optimizer },
      { epochs: 9, maxSteps: 12 },
    ).budget(from(5, 0));
    expect(steps).toBe(7);
    expect(reportingIntervalOf({ model, loss: mse, optimizer }, { epochs: 9 }).budget(from(5, 0))).toEqual({
      steps: Number.POSITIVE_INFINITY,
      epochs: 9,
    });
  });
});
