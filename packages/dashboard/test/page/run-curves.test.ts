import { expect, test } from 'vitest';
import { RunCurves } from '../../src/page/curves/run-curves.ts';
import { RunData } from '../../src/page/store/run-data.ts';

const columns = (table: Record<string, readonly number[]>) =>
  Object.fromEntries(Object.entries(table).map(([name, values]) => [name, Float64Array.from(values)]));

const progress = (steps: Record<string, readonly number[]>, from = 0) => ({
  type: 'progress' as const,
  run: 'run',
  began: 1000,
  steps: { from, length: steps.step!.length, columns: columns(steps) },
});

const shown = (curves: RunCurves) =>
  Object.fromEntries(
    curves.update().map(({ split, metric, x, y }) => [`${split} ${metric}`, [[...x], [...y]]]),
  );

test('metrics that were not logged in a row have no value there; a NaN among none is one', () => {
  const data = new RunData('run');
  data.apply(
    progress({
      step: [0, 1, 2, 3],
      epoch: [0, 0, 0, 0],
      time: [1000, 2000, 3000, 4000],
      'metric:loss': [4, Number.NaN, Number.NaN, 1],
      'metric:loss/d': [Number.NaN, 7, Number.NaN, Number.NaN],
      'metric:lr': [0.1, 0.1, 0.1, 0.1],
    }),
  );
  expect(shown(new RunCurves(data, 'step'))).toEqual({
    'train loss': [
      [0, 2, 3],
      [4, Number.NaN, 1],
    ],
    'train loss/d': [
      [1, 2],
      [7, Number.NaN],
    ],
    'train lr': [
      [0, 1, 2, 3],
      [0.1, 0.1, 0.1, 0.1],
    ],
  });
  expect(shown(new RunCurves(data, 'relative'))['train lr']![0]).toEqual([0, 1, 2, 3]);
  expect(shown(new RunCurves(data, 'wall'))['train lr']![0]).toEqual([1000, 2000, 3000, 4000]);
});

test('curves go on where rows are appended, and go back where they are replaced', () => {
  const data = new RunData('run');
  const curves = new RunCurves(data, 'step');
  data.apply(progress({ step: [0, 1, 2], epoch: [0, 0, 0], time: [0, 0, 0], 'metric:loss': [3, 2, 1] }));
  expect(shown(curves)['train loss']![1]).toEqual([3, 2, 1]);
  data.apply(progress({ step: [1, 2], epoch: [0, 0], time: [0, 0], 'metric:loss': [9, 8] }, 1));
  expect(shown(curves)['train loss']).toEqual([
    [0, 1, 2],
    [3, 9, 8],
  ]);
  data.apply(progress({ step: [3], epoch: [0], time: [0], 'metric:loss': [7] }, 3));
  data.apply(progress({ step: [2], epoch: [0], time: [0], 'metric:loss': [6] }, 2));
  data.apply(progress({ step: [1], epoch: [0], time: [0], 'metric:loss': [5] }, 1));
  expect(shown(curves)['train loss']![1]).toEqual([3, 5]);
});

test('epochs: of the training samples what no step tells, of others what their group is', () => {
  const data = new RunData('run');
  data.apply({
    ...progress({ step: [0, 1, 2, 3], epoch: [0, 0, 1, 1], time: [0, 0, 0, 0], 'metric:loss': [4, 3, 2, 1] }),
    epochs: {
      from: 0,
      length: 2,
      columns: columns({
        epoch: [0, 1],
        step: [2, 4],
        seconds: [1, 1],
        time: [0, 0],
        'metric:train/loss': [3.5, 1.5],
        'metric:train/accuracy': [0.5, 0.75],
        'metric:validation/loss': [3, 2],
        'metric:test/loss': [5, 4],
      }),
    },
  });
  expect(Object.keys(shown(new RunCurves(data, 'step')))).toEqual([
    'train loss',
    'train accuracy',
    'validation loss',
    'train test/loss',
  ]);
  const byEpoch = shown(new RunCurves(data, 'epoch'));
  expect(byEpoch['train loss']![0]).toEqual([0, 0.5, 1, 1.5]);
  expect(byEpoch['validation loss']![0]).toEqual([1, 2]);
});

test('the end of an epoch says where its steps are', () => {
  const data = new RunData('run');
  const curves = new RunCurves(data, 'epoch');
  data.apply(progress({ step: [0, 1, 2], epoch: [0, 0, 0], time: [0, 0, 0], 'metric:loss': [3, 2, 1] }));
  expect(shown(curves)['train loss']![0]).toEqual([0, 0, 0]);
  data.apply({
    type: 'progress',
    run: 'run',
    steps: {
      from: 3,
      length: 1,
      columns: columns({ step: [5], epoch: [1], time: [0], 'metric:loss': [0.5] }),
    },
    epochs: {
      from: 0,
      length: 1,
      columns: columns({ epoch: [0], step: [4], seconds: [1], time: [0], 'metric:validation/loss': [2] }),
    },
  });
  expect(shown(curves)['train loss']![0]).toEqual([0, 0.25, 0.5, 1.25]);
});
