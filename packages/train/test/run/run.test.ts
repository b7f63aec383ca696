import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSafetensors } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import {
  type ExperimentInput,
  findRun,
  listRuns,
  type RunEvent,
  readRun,
  runExperiment,
} from '../../src/index.ts';
import { experiment, runsFolder, stepsOf } from './set-up.ts';

const runs = runsFolder();

describe('a run', () => {
  test('leaves its experiment, its log, its weights and a summary', async () => {
    const told: RunEvent[] = [];
    const { folder, status, summary } = await runExperiment(experiment(), {
      runs: runs(),
      onEvent: (e) => told.push(e),
    });
    expect(status).toBe('completed');
    const run = readRun(folder.path);
    expect(run).toMatchObject({ name: 'tiny', state: 'completed', experiment: experiment() });
    expect(run.events).toEqual(told);
    expect(run.summary).toEqual(summary);
    expect(summary).toMatchObject({
      run: 'tiny',
      epoch: 25,
      step: 25,
      epochs: 25,
      parameters: 17,
      device: 'cpu',
    });
    for (const kind of ['initial', 'last', 'best'] as const) {
      const { tensors, metadata } = await loadSafetensors(folder.checkpoint(kind));
      expect(Object.keys(tensors)).toEqual(['0.bias', '0.weight', '2.bias', '2.weight']);
      expect(metadata).toMatchObject({ format: 'pt', run: 'tiny' });
    }
    expect(existsSync(folder.lock)).toBe(false);
  });

  test('tells of its begin, its steps, its epochs and its end, in order', async () => {
    const { folder } = await runExperiment(experiment(), { runs: runs() });
    const { events } = readRun(folder.path);
    expect(stepsOf(events)).toEqual([0, 10, 20, 24]);
    const epochs = events.flatMap((event) => (event.type === 'epoch' ? [event] : []));
    expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual(
      [2, 5, 8, 11, 14, 17, 20, 23, 24].map((epoch) => [epoch, epoch + 1]),
    );
    expect(epochs[0]!.train).toEqual({ loss: expect.any(Number), accuracy: expect.any(Number) });
    const types = events.map(({ type }) => type);
    expect(types[0]).toBe('run-started');
    expect(types.at(-1)).toBe('run-finished');
    expect(types.lastIndexOf('step')).toBeLessThan(types.lastIndexOf('epoch'));
    const first = readFileSync(folder.events, 'utf8').split('\n')[0]!;
    expect(first.startsWith('{"type":"run-started","run":"tiny","experiment":{"name":"tiny",')).toBe(true);
  });

  test('shows what the model predicts, and how long its gradients are', async () => {
    const { folder } = await runExperiment(experiment(), { runs: runs() });
    const samples = readRun(folder.path).events.flatMap((event) => (event.type === 'sample' ? [event] : []));
    expect(samples.findLast(({ kind }) => kind === 'predictions')).toMatchObject({
      split: 'train',
      input: { a: [0, 0, 1, 1], b: [0, 1, 0, 1] },
      target: { label: [0, 1, 1, 0] },
      prediction: { label: Array(4).fill(expect.any(Number)) },
    });
    expect(samples.find(({ kind }) => kind === 'gradientNorms')).toMatchObject({
      parameters: ['0.weight', '0.bias', '2.weight', '2.bias'],
      norms: Array(4).fill(expect.any(Number)),
    });
  });

  test.each([
    ['bce', 'value', [{ type: 'linear', out: 1 }, 'sigmoid']],
    ['bceWithLogits', 'value', [{ type: 'linear', out: 1 }]],
    ['crossEntropy', 'index', [{ type: 'linear', out: 2 }]],
    ['nll', 'index', [{ type: 'linear', out: 2 }, 'logSoftmax']],
  ] as const)('shows the boundary of a classifier of two inputs, %s', async (loss, target, head) => {
    const path = join(mkdtempSync(join(runs(), 'data-')), 'and.csv');
    writeFileSync(path, 'u,v,y\n0,10,0\n0,30,0\n4,10,0\n4,30,1\n');
    const data = { source: 'csv', path, inputs: ['u', 'v'], targets: ['y'], target, scale: { input: 0.1 } };
    const asked = experiment({
      data: data as ExperimentInput['data'],
      model: [{ type: 'linear', out: 4 }, 'tanh', ...head] as ExperimentInput['model'],
      loss,
      epochs: 400,
    });
    const { folder } = await runExperiment(asked, { runs: runs() });
    const grids = readRun(folder.path).events.flatMap((event) =>
      event.type === 'sample' && event.kind === 'predictions' && event.name === 'boundary' ? [event] : [],
    );
    expect(grids.length).toBe(10);
    expect(grids.map(({ step }) => step).at(-1)).toBe(400);
    const { input, target: none, prediction } = grids.at(-1)!;
    expect(none).toEqual({});
    const [u, v] = [input.u!, input.v!];
    expect([Math.min(...u), Math.max(...u), Math.min(...v), Math.max(...v)]).toEqual([-1, 5, 5, 35]);
    const [scores] = Object.values(prediction);
    expect(scores).toHaveLength(31 * 31);
    const at = (x: number, y: number) => scores![u.findIndex((one, i) => one === x && v[i] === y)]!;
    expect([at(-1, 5) < 0.5, at(5, 35) > 0.5]).toEqual([true, true]);
    expect(scores!.every((score) => score >= 0 && score <= 1)).toBe(true);
  });

  test('gets a name that is free', async () => {
    const names = [];
    for (let i = 0; i < 3; i++) names.push((await runExperiment(experiment(), { runs: runs() })).folder.name);
    expect(names).toEqual(['tiny', 'tiny-2', 'tiny-3']);
    expect(listRuns(runs()).map(({ name }) => name)).toEqual(['tiny-3', 'tiny-2', 'tiny']);
    expect(findRun(runs(), 'tiny').name).toBe('tiny-3');
    expect(findRun(runs(), 'tiny-2').name).toBe('tiny-2');
    expect(() => findRun(runs(), 'tinny')).toThrow(/^no run named "tinny" in .*\/; did you mean "tiny"\?$/);
  });

  test('can have a folder of its own, which must be free', async () => {
    const runDir = join(runs(), 'deep', 'down');
    const { folder } = await runExperiment(experiment(), { runDir });
    expect(folder.path).toBe(runDir);
    await expect(runExperiment(experiment(), { runDir })).rejects.toThrow(
      `run: expected a folder without a run, got ${runDir}`,
    );
  });

  test('that fails says why', async () => {
    const fail = new Error('no more disk');
    const callbacks = [{ name: 'fail', onTrainEpochEnd: () => Promise.reject(fail) }];
    await expect(runExperiment(experiment(), { runs: runs(), callbacks })).rejects.toBe(fail);
    const { state, events, folder } = readRun(join(runs(), 'tiny'));
    expect(state).toBe('failed');
    expect(events.at(-1)).toMatchObject({ status: 'failed', error: 'no more disk' });
    expect(existsSync(folder.lock)).toBe(false);
  });

  test('whose model does not fit the data leaves no folder', async () => {
    const wrong = experiment({ model: [{ type: 'linear', out: 3 }, 'sigmoid'] });
    await expect(runExperiment(wrong, { runs: runs() })).rejects.toThrow(
      'tiny: model: expected 1 output (for label) from the last layer, got [3]',
    );
    expect(listRuns(runs())).toEqual([]);
    const narrow = experiment({ model: [{ type: 'linear', in: 3, out: 1 }] });
    await expect(runExperiment(narrow, { runs: runs() })).rejects.toThrow(
      'tiny: model.0.in: expected 2, the last size of the input shape [2], got 3',
    );
  });
});

describe('a run that diverges', () => {
  const wild = experiment({
    loss: 'mse',
    optimizer: { type: 'sgd', lr: 100 },
    model: [{ type: 'linear', out: 1 }],
    evaluateEvery: 1,
  });

  test('stops, and keeps no weights that are no numbers', async () => {
    const options = { ...wild, checkpoint: { ...wild.checkpoint, steps: 1 } };
    const { folder, status, summary } = await runExperiment(options, { runs: runs() });
    expect(status).toBe('diverged');
    const { state, events } = readRun(folder.path);
    expect(state).toBe('diverged');
    expect(summary.status).toBe('diverged');
    const last = events.findLast((event) => event.type === 'step');
    expect(last?.type === 'step' && Number.isFinite(last.loss)).toBe(false);
    expect(readFileSync(folder.events, 'utf8')).toMatch(/"loss":"(NaN|Infinity)"/);
    for (const kind of ['last', 'best'] as const) {
      const { tensors } = await loadSafetensors(folder.checkpoint(kind));
      expect(
        Object.values(tensors)
          .flatMap((t) => [...t.data()])
          .every(Number.isFinite),
      ).toBe(true);
    }
  });
});
