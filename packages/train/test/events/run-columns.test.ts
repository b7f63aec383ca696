import { describe, expect, test } from 'vitest';
import { EventReader, formatEvent, RunColumns, type RunEvent } from '../../src/events.ts';

const NaNs = (count: number) => Array.from({ length: count }, () => Number.NaN);
const step = (number: number, more: object = { loss: 1 / (number + 1), lr: 0.1 }): RunEvent => ({
  type: 'step',
  step: number,
  epoch: Math.floor(number / 10),
  ...more,
  time: 1000 + number,
});
const epoch = (number: number, groups: object): RunEvent => ({
  type: 'epoch',
  epoch: number,
  step: 10 * (number + 1),
  ...groups,
  seconds: 2,
  time: 5,
});
const started = (time: number): RunEvent => ({ type: 'run-started', run: 'r', config: { a: 1 }, time });
const text = (at: number): RunEvent => ({
  type: 'sample',
  kind: 'text',
  name: 't',
  text: `${at}`,
  epoch: 0,
  step: at,
  time: 0,
});

/** Columns of events: as a log, and one by one, which must not differ. */
function columnsOf(events: readonly RunEvent[]): RunColumns {
  const read = new RunColumns();
  new EventReader(read).push(events.map((event) => `${formatEvent(event)}\n`).join(''));
  const added = new RunColumns();
  for (const event of events) added.event(event);
  expect(read).toEqual(added);
  expect([...read.steps.metrics]).toEqual([...added.steps.metrics]);
  return read;
}

test('the newest value of a metric is told, whichever step has it', () => {
  const { steps } = columnsOf([
    step(0, { loss: 3, metrics: { mae: 5 } }),
    step(1, { loss: 2, metrics: { rmse: 7 } }),
    step(2, { loss: 1 }),
  ]);
  expect(steps.newest).toEqual({ loss: 1, mae: 5, rmse: 7 });
});

test('steps, epochs and samples become columns', () => {
  const { steps, epochs, ...columns } = (() => {
    const all = columnsOf([
      started(1),
      ...Array.from({ length: 200 }, (_, i) => step(i)),
      epoch(0, { train: { loss: 3 }, validation: { loss: 4, accuracy: 0.5 } }),
      epoch(1, { train: { loss: 2, mae: Number.NaN }, test: { f1: 0.7 } }),
      text(9),
      {
        type: 'run-finished',
        status: 'stopped',
        reason: 'enough',
        epoch: 2,
        step: 200,
        metrics: {},
        seconds: 1,
        time: 2,
      },
    ]);
    const { steps, epochs, status, reason, samples, stepsTaken, epochsDone, began } = all;
    return { steps, epochs, status, reason, samples, stepsTaken, epochsDone, began };
  })();
  expect(steps.length).toBe(200);
  expect([...steps.step]).toEqual(Array.from({ length: 200 }, (_, i) => i));
  expect(steps.loss.at(99)).toBe(0.01);
  expect(steps.epoch.at(-1)).toBe(19);
  expect(steps.time.at(1)).toBe(1001);
  expect([...steps.metrics.keys()]).toEqual(['loss', 'lr']);
  expect(epochs.length).toBe(2);
  expect([...epochs.step]).toEqual([10, 20]);
  expect(
    Object.fromEntries([...epochs.groups].map(([group, metrics]) => [group, Object.fromEntries(metrics)])),
  ).toEqual({
    train: { loss: Float64Array.of(3, 2), mae: Float64Array.of(Number.NaN, Number.NaN) },
    validation: { loss: Float64Array.of(4, Number.NaN), accuracy: Float64Array.of(0.5, Number.NaN) },
    test: { f1: Float64Array.of(Number.NaN, 0.7) },
  });
  expect(epochs.last).toEqual({ train: { loss: 2 }, test: { f1: 0.7 } });
  expect(columns).toMatchObject({
    status: 'stopped',
    reason: 'enough',
    stepsTaken: 200,
    epochsDone: 19 + 0,
    began: 1,
  });
  expect(columns.samples).toEqual([text(9)]);
});

test('free metrics begin where they were first logged, and two logs of a step are one row', () => {
  const { steps } = columnsOf([
    step(0, { metrics: { 'loss/generator': 5 } }),
    step(0, { metrics: { 'loss/discriminator': 6 } }),
    step(1, { metrics: { 'loss/generator': 7 }, loss: 8 }),
    step(2, {}),
  ]);
  expect([...steps.step]).toEqual([0, 1, 2]);
  expect([...steps.metrics.keys()]).toEqual(['loss/generator', 'loss/discriminator', 'loss']);
  expect([...steps.metrics.get('loss/generator')!]).toEqual([5, 7, Number.NaN]);
  expect([...steps.metrics.get('loss/discriminator')!]).toEqual([6, Number.NaN, Number.NaN]);
  expect([...steps.loss]).toEqual([Number.NaN, 8, Number.NaN]);
  expect([...steps.lr]).toEqual(NaNs(3));
  expect(steps.last).toEqual({});
});

describe('steps that fall', () => {
  test('after a second start replace those that came to nothing', () => {
    const columns = columnsOf([
      started(1),
      ...[0, 1, 2, 3, 4, 5].map((i) => step(i)),
      epoch(0, { train: { loss: 1 } }),
      text(2),
      text(5),
      started(9),
      step(3, { loss: 33 }),
      step(4, { loss: 44 }),
    ]);
    expect([...columns.steps.step]).toEqual([0, 1, 2, 3, 4]);
    expect([...columns.steps.loss]).toEqual([1, 1 / 2, 1 / 3, 33, 44]);
    expect([...columns.steps.lr]).toEqual([0.1, 0.1, 0.1, Number.NaN, Number.NaN]);
    expect(columns.steps.falls).toEqual([]);
    expect(columns.epochs.length).toBe(0);
    expect(columns.samples).toEqual([text(2)]);
    expect(columns).toMatchObject({ began: 1, status: 'running' });
    expect(columns.started?.time).toBe(9);
  });

  test('after a second start with an epoch first replace those that came to nothing, too', () => {
    const columns = columnsOf([
      started(1),
      ...[0, 1, 2, 3].map((i) => step(i)),
      epoch(0, { train: { loss: 1 } }),
      epoch(1, { train: { loss: 2 } }),
      started(9),
      epoch(1, { train: { loss: 3 } }),
      step(2, { loss: 22 }),
    ]);
    expect([...columns.steps.step]).toEqual([0, 1, 2]);
    expect([...columns.steps.loss]).toEqual([1, 1 / 2, 22]);
    expect(columns.steps.falls).toEqual([]);
    expect([...columns.epochs.groups.get('train')!.get('loss')!]).toEqual([1, 3]);
  });

  test('after a second start that goes on drop nothing', () => {
    const columns = columnsOf([started(1), step(0), step(1), started(2), step(2), step(3)]);
    expect([...columns.steps.step]).toEqual([0, 1, 2, 3]);
  });

  test('of epochs alone, too', () => {
    const { epochs } = columnsOf([
      started(1),
      ...[0, 1, 2].map((i) => epoch(i, { train: { loss: i } })),
      started(2),
      epoch(1, { train: { loss: 11 } }),
    ]);
    expect([...epochs.groups.get('train')!.get('loss')!]).toEqual([0, 11]);
  });

  test('without a start stay in the order of the log, and are named', () => {
    const { steps, stepsTaken } = columnsOf([step(0), step(5), step(2), step(3), step(1)]);
    expect(stepsTaken).toBe(6);
    expect([...steps.step]).toEqual([0, 5, 2, 3, 1]);
    expect(steps.falls).toEqual([2, 4]);
  });
});

test('an end is one until something follows it', () => {
  const end: RunEvent = {
    type: 'run-finished',
    status: 'failed',
    error: 'x',
    epoch: 0,
    step: 1,
    metrics: {},
    seconds: 1,
    time: 2,
  };
  expect(columnsOf([step(0), end])).toMatchObject({ status: 'failed', reason: 'x' });
  expect(columnsOf([step(0), end, step(1)]).status).toBe('running');
  expect(columnsOf([started(1), end, started(2)])).toMatchObject({ status: 'running', reason: undefined });
});

test('a log that begins anew leaves nothing', () => {
  const columns = columnsOf([started(1), step(0), epoch(0, { train: { loss: 1 } }), text(0)]);
  columns.restart();
  expect(columns).toEqual(new RunColumns());
});

test('names that never end are not all kept', () => {
  const columns = new RunColumns();
  for (let i = 0; i < 3000; i++) columns.event(step(i, { metrics: { [`m${i}`]: i } }));
  expect(columns.steps.length).toBe(3000);
  expect(columns.steps.metrics.size).toBeLessThan(1001);
});

test('epochs have their number, time and duration, a row each', () => {
  const { epochs } = columnsOf([
    { ...epoch(0, { train: { loss: 1 } }), time: 50 } as RunEvent,
    { ...epoch(1, { train: { loss: 2 } }), time: 60, seconds: 7 } as RunEvent,
    { ...epoch(1, { validation: { loss: 3 } }), time: 61, seconds: 8 } as RunEvent,
  ]);
  expect([epochs.epoch, epochs.step, epochs.seconds, epochs.time].map((column) => [...column])).toEqual([
    [0, 1],
    [10, 20],
    [2, 8],
    [50, 61],
  ]);
  expect(epochs.last).toEqual({ train: { loss: 2 }, validation: { loss: 3 } });
  expect([...new RunColumns().epochs.seconds]).toEqual([]);
  expect(new RunColumns().epochs.last).toEqual({});
});

describe('what a resumed run computes again', () => {
  const checkpoint = (at: number): RunEvent => ({
    type: 'checkpoint',
    kind: 'last',
    file: 'x',
    epoch: Math.floor(at / 10),
    step: at,
    time: 0,
  });
  const log = [
    started(1),
    ...Array.from({ length: 25 }, (_, i) => step(i)),
    epoch(0, { train: { loss: 1 } }),
    epoch(1, { train: { loss: 2 } }),
    ...[3, 10, 11, 24].flatMap((at) => [text(at), checkpoint(at)]),
  ];

  test('from a step on, what was logged after it is dropped, at it is not', () => {
    const columns = columnsOf([...log, started(9), step(10)]);
    expect(columns.steps.length).toBe(11);
    expect([...columns.epochs.epoch]).toEqual([0]);
    expect(columns.samples.map((sample) => sample.step)).toEqual([3, 10]);
    expect(columns.checkpoints.map((kept) => kept.step)).toEqual([3, 10]);
    expect(columns).toMatchObject({ stepsTaken: 11, epochsDone: 1 });
  });

  test('of epochs alone, samples of the epochs that stay are kept', () => {
    const sample = (at: number): RunEvent => ({ ...(text(0) as object), epoch: at }) as RunEvent;
    const columns = columnsOf([
      started(1),
      ...[0, 1, 2].flatMap((i) => [epoch(i, { train: { loss: i } }), sample(i)]),
      started(2),
      epoch(1, { train: { loss: 11 } }),
    ]);
    expect([...columns.epochs.epoch]).toEqual([0, 1]);
    expect(columns.samples.map((kept) => kept.epoch)).toEqual([0, 1]);
  });

  test('where steps fell before, all from the first of them on', () => {
    const columns = columnsOf([started(1), step(5), step(2), step(3), started(2), step(3), step(1)]);
    expect([...columns.steps.step]).toEqual([3, 1]);
    expect(columns.steps.falls).toEqual([1]);
    const later = columnsOf([started(1), step(1), step(5), step(2), started(2), step(3), step(4)]);
    expect([...later.steps.step]).toEqual([1, 3, 4]);
    expect(later.steps.falls).toEqual([]);
  });
});

test('full batches are epochs of one step', () => {
  const one = (i: number): RunEvent => ({ ...step(i), epoch: i }) as RunEvent;
  const ended = (i: number): RunEvent => ({ ...epoch(i, { train: { loss: 1 } }), step: i + 1 }) as RunEvent;
  expect(columnsOf([one(0), ended(0), one(1), ended(1)]).isFullBatch).toBe(true);
  expect(columnsOf([one(0), one(1)]).isFullBatch).toBe(true);
  expect(columnsOf([one(0), step(1)]).isFullBatch).toBe(false);
  expect(columnsOf([one(0), epoch(0, { train: { loss: 1 } })]).isFullBatch).toBe(false);
  expect(columnsOf([]).isFullBatch).toBe(true);
});

test('how far a run is comes from whatever knows more', () => {
  const end = (change: object): RunEvent =>
    ({
      type: 'run-finished',
      status: 'completed',
      epoch: 0,
      step: 0,
      metrics: {},
      seconds: 0,
      time: 0,
      ...change,
    }) as RunEvent;
  expect(columnsOf([])).toMatchObject({ stepsTaken: 0, epochsDone: 0 });
  expect(columnsOf([step(4)])).toMatchObject({ stepsTaken: 5, epochsDone: 0 });
  expect(columnsOf([step(4), epoch(2, {})])).toMatchObject({ stepsTaken: 30, epochsDone: 3 });
  expect(columnsOf([step(4), end({ step: 77, epoch: 9 })])).toMatchObject({ stepsTaken: 77, epochsDone: 9 });
});

test('the newest sample of a kind', () => {
  const columns = columnsOf([text(1), text(2)]);
  expect(columns.lastSample('text')?.text).toBe('2');
  expect(columns.lastSample('images')).toBeUndefined();
});
