import { RunColumns, type RunEvent } from '@kindling/train/events';
import { expect, test } from 'vitest';
import { metricCurves } from '../../src/charts/metric-curve.ts';

function columnsOf(...events: object[]): RunColumns {
  const columns = new RunColumns();
  for (const event of events) columns.event({ time: 0, ...event } as RunEvent);
  return columns;
}

const started = { type: 'run-started', run: 'a', time: 1000 };
const step = (number: number, epoch: number, values: object) => ({
  type: 'step',
  step: number,
  epoch,
  time: 1000 + 500 * number,
  ...values,
});
const epoch = (number: number, steps: number, groups: object) => ({
  type: 'epoch',
  epoch: number,
  step: steps,
  seconds: 1,
  time: 1000 + 500 * steps,
  ...groups,
});

test('rows in which only other metrics were logged are left out, lost values stay', () => {
  const columns = columnsOf(
    step(0, 0, { loss: 1, lr: 0.1 }),
    step(1, 0, { metrics: { score: 5 } }),
    step(2, 0, { loss: Number.NaN, lr: 0.1 }),
    step(3, 0, { loss: 2, lr: 0.1 }),
    step(4, 0, { loss: 2, lr: 0.1 }),
  );
  const [loss, score, lr] = metricCurves(columns);
  expect([loss!.metric, Array.from(loss!.values), Array.from(loss!.along('step'))]).toEqual([
    'loss',
    [1, Number.NaN, 2, 2],
    [0, 2, 3, 4],
  ]);
  expect([score!.metric, Array.from(score!.values)]).toEqual(['score', [5]]);
  expect(lr!.metric).toBe('lr');
});

test('a metric of which no number was logged has no curve', () => {
  const columns = columnsOf(
    step(0, 0, { loss: 1, lr: 0.1, metrics: { score: Number.NaN } }),
    epoch(0, 1, { validation: { loss: 2 }, test: { score: Number.NaN } }),
  );
  expect(metricCurves(columns).map(({ metric }) => metric)).not.toContain('score');
  expect(metricCurves(columns).map(({ metric }) => metric)).not.toContain('test/score');
});

test('epochs give what steps do not have; groups that are no split stand before the name', () => {
  const columns = columnsOf(
    step(0, 0, { loss: 1 }),
    epoch(0, 1, { train: { loss: 1, accuracy: 0.5 }, validation: { loss: 2 }, test: { loss: 3 } }),
  );
  expect(metricCurves(columns).map(({ split, metric }) => [split, metric])).toEqual([
    ['train', 'loss'],
    ['train', 'accuracy'],
    ['validation', 'loss'],
    ['train', 'test/loss'],
  ]);
});

test('epochs along x have fractions where steps lie within, by their own length or that of the one before', () => {
  const columns = columnsOf(
    started,
    ...[0, 1, 2, 3].map((number) => step(number, 0, { loss: 1 })),
    epoch(0, 4, { validation: { loss: 1 } }),
    ...[4, 5].map((number) => step(number, 1, { loss: 1 })),
  );
  const [loss, validation] = metricCurves(columns);
  expect(Array.from(loss!.along('epoch'))).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25]);
  expect(Array.from(validation!.along('epoch'))).toEqual([1]);
  expect(Array.from(loss!.along('time'))).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
  expect(Array.from(validation!.along('time'))).toEqual([2]);
  expect(Array.from(validation!.along('step'))).toEqual([4]);
});
