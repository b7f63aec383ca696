import { RunColumns, type RunEvent } from '@kindling/train/events';
import { describe, expect, test } from 'vitest';
import { imageFindings } from '../../src/commands/data/image-profile.ts';
import { runsTable } from '../../src/commands/runs/run-table.ts';
import { runCurve } from '../../src/report/charts.ts';
import { isBinary } from '../../src/report/prediction-table.ts';
import { createOutput } from '../../src/terminal/output.ts';

function columnsOf(events: readonly object[]): RunColumns {
  const columns = new RunColumns();
  for (const event of events) columns.event({ time: 0, epoch: 0, step: 0, ...event } as RunEvent);
  return columns;
}

const steps = (losses: readonly number[]) => losses.map((loss, step) => ({ type: 'step', step, loss }));
const epoch = (number: number) => ({
  type: 'epoch',
  epoch: number,
  step: number,
  seconds: 1,
  validation: { loss: 1 / (1 + number) },
});

describe('the curve of a run', () => {
  test('takes two steps, or two epochs', () => {
    expect(runCurve('a', columnsOf(steps([2])))).toBeUndefined();
    expect(runCurve('a', columnsOf(steps([2, 1])))).toMatchObject({ title: { text: 'a' } });
    expect(runCurve('a', columnsOf([epoch(0)]))).toBeUndefined();
    expect(runCurve('a', columnsOf([epoch(0), epoch(1)]))).toMatchObject({ title: { text: 'a' } });
  });

  test('has a logarithmic axis where the first losses would press the others to the ground', () => {
    const yType = (losses: readonly number[]) => runCurve('a', columnsOf(steps(losses)))?.yAxis[0]?.type;
    expect(yType([100, 2, 1, 1])).toBe('log');
    expect(yType([3, 2, 1, 1])).toBe('value');
    expect(yType([100, 2, 0, 1])).toBe('value');
  });
});

test('a prediction is a yes or no where targets and outputs of one column are', () => {
  const at = { type: 'sample', kind: 'predictions', time: 0, epoch: 0, step: 0, input: {} } as const;
  const isYesOrNo = (target: Record<string, number[]>, prediction: Record<string, number[]>) =>
    isBinary({ ...at, target, prediction });
  expect(isYesOrNo({ y: [0, 1] }, { y: [0.2, 1] })).toBe(true);
  expect(isYesOrNo({ y: [0, 2] }, { y: [0.2, 1] })).toBe(false);
  expect(isYesOrNo({ y: [0, 1] }, { y: [0.2, 1.5] })).toBe(false);
  expect(isYesOrNo({ y: [0], z: [1] }, { y: [0.2] })).toBe(false);
  expect(isYesOrNo({ y: [0, 1] }, {})).toBe(false);
  expect(isYesOrNo({}, { y: [0.2] })).toBe(false);
});

test('images are looked through for classes that are rare, blank ones and repeated ones', () => {
  const profile = { name: 'a', count: 0, width: 1, height: 1, perClass: [5, 99], blank: 0, duplicates: 0 };
  expect(imageFindings(profile)).toEqual([]);
  expect(imageFindings({ ...profile, perClass: [5, 100], blank: 2, duplicates: 3 })).toEqual([
    { level: 'warning', code: 'imbalance', message: 'imbalanced classes: from 5 to 100 images' },
    { level: 'warning', code: 'constant-column', message: '2 uniform images' },
    { level: 'warning', code: 'duplicate-rows', message: '3 duplicate images' },
  ]);
});

describe('a table of runs', () => {
  const run = {
    name: 'first',
    state: 'completed',
    summary: {
      metrics: { validation: { loss: 0.5 } },
      epoch: 2,
      epochs: 2,
      step: 1000,
      started: 0,
      seconds: 3,
    },
  } as never;
  const header = (width: number) =>
    runsTable([run], { ...createOutput({ env: {} }), width })
      .split('\n', 1)[0]!
      .trim()
      .split(/ {2,}/);

  test('has the columns that fit, and four in any case', () => {
    const all = ['run', 'state', 'epochs', 'metrics', 'started', 'duration', 'steps'];
    expect(header(Number.POSITIVE_INFINITY)).toEqual(all);
    expect(header(80)).toEqual(all);
    expect(header(70)).toEqual(all.slice(0, 6));
    expect(header(10)).toEqual(all.slice(0, 4));
  });
});
