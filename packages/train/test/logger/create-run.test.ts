import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError, tensor } from '@kindling/core';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createRun,
  findRun,
  listRuns,
  RunError,
  RunFolder,
  type RunWriter,
  readRun,
  readRunExperiment,
} from '../../src/index.ts';

const root = mkdtempSync(join(tmpdir(), 'kindling-own-'));
afterAll(() => rmSync(root, { recursive: true }));
let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(root, 'runs-'));
});

const files = (run: RunWriter) => readdirSync(run.path).sort();

test('a run has the files of kindling train, with a config for an experiment', async () => {
  const run = await createRun({
    name: 'loop',
    dir,
    config: { lr: 0.1, layers: [1, 2], limit: Number.POSITIVE_INFINITY },
  });
  expect(run).toMatchObject({ name: 'loop', path: join(dir, 'loop'), resumed: false, step: 0, epoch: 0 });
  expect(files(run)).toEqual(['checkpoints', 'config.json', 'events.jsonl', 'lock', 'summary.json']);
  expect(listRuns(dir)).toMatchObject([{ name: 'loop', state: 'running', summary: { step: 0 } }]);

  run.log(0, { loss: 1, lr: 0.1, 'loss/generator': 2, accuracy: Number.NaN });
  run.log(1, { loss: Number.POSITIVE_INFINITY });
  run.logEpoch(0, { train: { loss: 0.5 }, test: { f1: 0.25 } }, { seconds: 3 });
  run.log(2, { loss: 0.25 });
  run.finish({ reason: 'it is enough' });
  expect(files(run)).toEqual(['checkpoints', 'config.json', 'events.jsonl', 'summary.json']);

  const { events, config, experiment, state, summary, skipped } = readRun(run.path);
  const time = expect.any(Number);
  const metrics = { train: { loss: 0.5 }, test: { f1: 0.25 } };
  expect(events).toEqual([
    { type: 'run-started', run: 'loop', config: { lr: 0.1, layers: [1, 2], limit: 'Infinity' }, time },
    {
      type: 'step',
      step: 0,
      epoch: 0,
      loss: 1,
      lr: 0.1,
      metrics: { 'loss/generator': 2, accuracy: Number.NaN },
      time,
    },
    { type: 'step', step: 1, epoch: 0, loss: Number.POSITIVE_INFINITY, time },
    { type: 'epoch', epoch: 0, step: 2, train: { loss: 0.5 }, test: { f1: 0.25 }, seconds: 3, time },
    { type: 'step', step: 2, epoch: 1, loss: 0.25, time },
    {
      type: 'run-finished',
      status: 'completed',
      reason: 'it is enough',
      epoch: 1,
      step: 3,
      metrics,
      seconds: expect.any(Number),
      time,
    },
  ]);
  expect({ config, experiment, state, skipped }).toEqual({
    config: { lr: 0.1, layers: [1, 2], limit: 'Infinity' },
    experiment: undefined,
    state: 'completed',
    skipped: 0,
  });
  expect(summary).toMatchObject({
    run: 'loop',
    experiment: 'loop',
    status: 'completed',
    epoch: 1,
    step: 3,
    metrics,
  });
  expect(() => readRunExperiment(new RunFolder(run.path))).toThrow(
    'run loop: expected a run of an experiment, got a run of createRun',
  );
});

test('a run of steps alone has their newest values in its summary', async () => {
  const run = await createRun({ name: 'gan', dir });
  run.log(0, { 'loss/generator': 2, lr: 1 });
  run.log(1, { 'loss/discriminator': 3 });
  run.finish();
  expect(readRun(run.path).summary.metrics).toEqual({
    train: { 'loss/generator': 2, 'loss/discriminator': 3 },
  });
  expect(readRun(run.path).config).toEqual({});
});

test('steps stand for the group train where epochs have none, in the summary and before it is written', async () => {
  const run = await createRun({ name: 'gan', dir });
  run.log(0, { 'loss/generator': 2 });
  run.logEpoch(0, { validation: { accuracy: 0.5 } });
  run.logEpoch(1, { quality: { fid: 90 } });
  run.log(1, { 'loss/discriminator': 3 });
  run.flush();
  const train = { 'loss/generator': 2, 'loss/discriminator': 3 };
  expect(listRuns(dir)).toMatchObject([{ summary: { metrics: { train, quality: { fid: 90 } } } }]);
  run.finish();
  expect(readRun(run.path).summary.metrics).toEqual({
    train,
    validation: { accuracy: 0.5 },
    quality: { fid: 90 },
  });
});

test('what is buffered is written by flush, and nothing after the end', async () => {
  const run = await createRun({ name: 'loop', dir });
  run.log(0, { loss: 1 });
  expect(readRun(run.path).columns.steps.length).toBe(0);
  run.flush();
  expect(readRun(run.path).columns.steps.length).toBe(1);
  run.finish();
  const log = readFileSync(join(run.path, 'events.jsonl'), 'utf8');
  for (const late of [() => run.log(1, {}), () => run.logText(1, 'a', 'b'), () => run.finish()]) {
    expect(late).toThrow(RunError);
  }
  run.flush();
  expect(readFileSync(join(run.path, 'events.jsonl'), 'utf8')).toBe(log);
});

describe('names', () => {
  test('that are taken get a number, and resuming takes the newest', async () => {
    const made: string[] = [];
    for (let i = 0; i < 3; i++) {
      const run = await createRun({ name: 'loop', dir });
      run.log(i, { loss: i });
      run.finish();
      made.push(run.name);
    }
    expect(made).toEqual(['loop', 'loop-2', 'loop-3']);
    expect(findRun(dir, 'loop').name).toMatch(/^loop/);
    const again = await createRun({ name: 'loop', dir, resume: true });
    expect(again).toMatchObject({ resumed: true, name: findRun(dir, 'loop').name });
    again.finish();
  });

  test('of folders without a run are not taken', async () => {
    mkdirSync(join(dir, 'loop'));
    const run = await createRun({ name: 'loop', dir });
    expect(run.name).toBe('loop');
    run.finish();
  });
});

describe('resuming', () => {
  test('begins where there is nothing, and then goes on', async () => {
    const first = await createRun({ name: 'loop', dir, config: { a: 1 }, resume: true });
    expect(first.resumed).toBe(false);
    for (let step = 0; step < 10; step++) first.log(step, { loss: step });
    first.logEpoch(0, { train: { loss: 1 } });
    first.finish({ status: 'stopped' });

    const second = await createRun({ name: 'loop', dir, resume: true });
    expect(second).toMatchObject({ resumed: true, step: 10, epoch: 1, path: first.path });
    second.log(8, { loss: 88 });
    second.log(9, { loss: 99 });
    second.finish();
    const { columns, config, state, summary } = readRun(first.path);
    expect({ config, state }).toEqual({ config: { a: 1 }, state: 'completed' });
    expect(summary.step).toBe(10);
    expect([...columns.steps.loss]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 88, 99]);

    const third = await createRun({ name: 'loop', dir, config: { a: 2 }, resume: true });
    third.finish();
    expect(readRun(first.path).config).toEqual({ a: 2 });
  });

  test('refuses a run that is at work, is damaged, or is not of this kind', async () => {
    const run = await createRun({ name: 'loop', dir });
    await expect(createRun({ name: 'loop', dir, resume: true })).rejects.toThrow(
      'run loop is being trained by process',
    );
    run.finish();
    writeFileSync(join(run.path, 'summary.json'), '{');
    await expect(createRun({ name: 'loop', dir, resume: true })).rejects.toThrow('run loop is damaged');
    mkdirSync(join(dir, 'xor'));
    writeFileSync(join(dir, 'xor', 'experiment.json'), '{}');
    await expect(createRun({ name: 'xor', dir, resume: true })).rejects.toThrow(RunError);
  });
});

describe('samples', () => {
  test('come back as they were logged', async () => {
    const run = await createRun({ name: 'loop', dir });
    run.log(4, { loss: 1, epoch: 2 });
    run.logText(4, 'answer', 'σ = 1\n');
    run.logHistogram(4, 'weights', tensor([0, 1, 2, 3, Number.NaN]), { bins: 3 });
    run.logHistogram(4, 'same', [2, 2]);
    run.logConfusionMatrix(4, {
      counts: [
        [1, 2],
        [3, 4],
      ],
      classes: ['no', 'yes'],
      split: 'test',
    });
    run.logPredictions(4, { target: { y: [1, 2] }, prediction: { y: tensor([1.5, Number.NaN]) } });
    run.logGradientNorms(4, { 'a.weight': 0.5, 'a.bias': Number.POSITIVE_INFINITY });
    run.logImages(4, {
      images: tensor([
        [
          [0, 0.5],
          [1, 2],
        ],
      ]),
      labels: [7],
      predictions: [1],
      name: 'digit',
    });
    run.logImages(4, { images: Uint8Array.of(1, 2, 3, 4, 5, 6), height: 1, width: 2, channels: 3 });
    run.logImages(4, { images: tensor([[[[0, 1]], [[0.2, 0]], [[1, 0]]]]) });
    run.finish();
    const { events, skipped } = readRun(run.path);
    expect(skipped).toBe(0);
    const samples = events.flatMap(({ time: _, ...event }) => (event.type === 'sample' ? [event] : []));
    const at = { type: 'sample', step: 4, epoch: 2 };
    expect(samples).toEqual([
      { ...at, kind: 'text', name: 'answer', text: 'σ = 1\n' },
      { ...at, kind: 'histogram', name: 'weights', edges: [0, 1, 2, 3], counts: [1, 1, 2], nonFinite: 1 },
      { ...at, kind: 'histogram', name: 'same', edges: expect.any(Array), counts: expect.any(Array) },
      {
        ...at,
        kind: 'confusionMatrix',
        counts: [
          [1, 2],
          [3, 4],
        ],
        classes: ['no', 'yes'],
        split: 'test',
      },
      { ...at, kind: 'predictions', input: {}, target: { y: [1, 2] }, prediction: { y: [1.5, Number.NaN] } },
      {
        ...at,
        kind: 'gradientNorms',
        parameters: ['a.weight', 'a.bias'],
        norms: [0.5, Number.POSITIVE_INFINITY],
      },
      {
        ...at,
        kind: 'images',
        height: 2,
        width: 2,
        pixels: Buffer.from([0, 128, 255, 255]).toString('base64'),
        labels: [7],
        predictions: [1],
        name: 'digit',
      },
      {
        ...at,
        kind: 'images',
        height: 1,
        width: 2,
        channels: 3,
        pixels: Buffer.from([1, 2, 3, 4, 5, 6]).toString('base64'),
      },
      {
        ...at,
        kind: 'images',
        height: 1,
        width: 2,
        channels: 3,
        pixels: Buffer.from([0, 51, 255, 255, 0, 0]).toString('base64'),
      },
    ]);
  });
});

describe('arguments are checked', () => {
  test.each([
    [undefined, 'createRun: expected options'],
    [{ name: '' }, 'createRun: expected name to be letters'],
    [{ name: '../up' }, 'got "../up"'],
    [{ name: 7 }, 'got 7'],
    [{ name: 'a', dir: '' }, 'createRun: expected dir to be a folder, got ""'],
    [{ name: 'a', resume: 'yes' }, 'createRun: expected resume to be true or false, got "yes"'],
    [{ name: 'a', config: () => 1 }, 'createRun: expected config to be JSON, got a function'],
    [{ name: 'a', config: { big: 1n } }, 'createRun: expected config to be JSON, got '],
    [{ name: 'a', config: circle() }, 'createRun: expected config to be JSON, got '],
    [{ name: 'a', folder: 'x' }, 'got "folder"'],
  ])('of createRun: %#', async (options, message) => {
    await expect(createRun({ dir, ...options } as never)).rejects.toThrow(
      options === undefined ? 'expected name' : message,
    );
    await expect(createRun(options as never)).rejects.toThrow(ArgumentError);
    expect(existsSync(join(dir, 'a'))).toBe(false);
  });

  test('of every method, and nothing is logged', async () => {
    const typed = await createRun({ name: 'loop', dir });
    const run = typed as unknown as Record<
      Exclude<
        keyof RunWriter,
        'name' | 'path' | 'step' | 'epoch' | 'resumed' | 'stopRequested' | 'stopSignal'
      >,
      (...args: unknown[]) => void
    >;
    const cases: readonly (readonly [() => void, string])[] = [
      [() => run.log(1.5, {}), 'log: expected step to be an integer of at least 0, got 1.5'],
      [() => run.log(-1, {}), 'got -1'],
      [() => run.log('1', {}), 'got "1"'],
      [() => run.log(1), 'log: expected values by name, such as { loss }, got undefined'],
      [() => run.log(1, { loss: '1' }), 'log: expected loss to be a number, got "1"'],
      [() => run.log(1, { loss: tensor(1) }), 'got a tensor of shape []; did you mean loss.item()?'],
      [() => run.log(1, { epoch: 0.5 }), 'log: expected epoch to be an integer'],
      [() => run.log(1, { '': 1 }), 'log: expected the name of a metric, got ""'],
      [() => run.logEpoch(-1, {}), 'logEpoch: expected epoch'],
      [() => run.logEpoch(0, { loss: 1 }), 'logEpoch: expected metrics by group, such as'],
      [() => run.logEpoch(0, { step: {} }), 'a group named step, which is reserved'],
      [
        () => run.logEpoch(0, { train: { loss: null } }),
        'logEpoch: expected train.loss to be a number, got null',
      ],
      [() => run.logEpoch(0, {}, { seconds: -1 }), 'logEpoch: expected seconds'],
      [() => run.logText(0, 'a'), 'logText: expected text to be a string, got undefined'],
      [() => run.logText(0.5, 'a', 'b'), 'logText: expected step'],
      [
        () => run.logHistogram(0, 'a', 7),
        'logHistogram: expected values to be a tensor or an array of numbers, got 7',
      ],
      [() => run.logHistogram(0, 'a', [1, '2']), 'got "2" at 1'],
      [() => run.logHistogram(0, 'a', [1], { bins: 0 }), 'logHistogram: expected bins'],
      [
        () => run.logConfusionMatrix(0, { counts: [[1, 2]] }),
        'expected 1 rows of 1 counts, and a name for each, got a row of 2',
      ],
      [
        () => run.logConfusionMatrix(0, { counts: [[0.5]] }),
        'logConfusionMatrix: expected counts[0][0] to be an integer of at least 0',
      ],
      [() => run.logConfusionMatrix(0, { counts: [[1]], classes: [] }), 'got 0 classes'],
      [
        () => run.logPredictions(0, { target: { y: [1] }, prediction: { y: [1, 2] } }),
        'expected prediction.y to have 1 rows',
      ],
      [() => run.logPredictions(0, { target: [1] }), 'expected target to be columns by name'],
      [() => run.logGradientNorms(0, { a: 'x' }), 'logGradientNorms: expected a to be a number'],
      [
        () => run.logImages(0, { images: tensor([1, 2]) }),
        'logImages: expected images of shape [n, height, width] or',
      ],
      [() => run.logImages(0, { images: [1, 2] }), 'logImages: expected images to be a tensor or bytes'],
      [
        () => run.logImages(0, { images: new Uint8Array(5), height: 2, width: 2 }),
        'expected a multiple of 4 bytes, got 5',
      ],
      [
        () => run.logImages(0, { images: new Uint8Array(4), height: 2, width: 2, labels: [1, 2] }),
        'expected labels of 1 images',
      ],
      [() => run.logImages(0, { images: new Uint8Array(2 ** 24), height: 1, width: 1 }), 'log fewer samples'],
      [
        () => run.finish({ status: 'done' }),
        'finish: expected status to be completed, stopped, diverged, failed, got "done"',
      ],
      [() => run.finish({ reason: 1 }), 'finish: expected reason to be a string, got 1'],
    ];
    for (const [call, message] of cases) {
      expect(call, message).toThrow(ArgumentError);
      expect(call).toThrow(message);
    }
    run.finish();
    expect(readRun(typed.path).events.map(({ type }) => type)).toEqual(['run-started', 'run-finished']);
  });
});

function circle(): object {
  const config: { self?: object } = {};
  config.self = config;
  return config;
}
