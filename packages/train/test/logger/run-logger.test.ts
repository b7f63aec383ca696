import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manualSeed, nn, tensor } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import { afterAll, beforeEach, expect, test } from 'vitest';
import {
  Accuracy,
  Adam,
  type Batch,
  ConfusionMatrix,
  createRun,
  crossEntropy,
  EarlyStopping,
  RunFolder,
  RunLogger,
  readRun,
  requestStop,
  Trainer,
} from '../../src/index.ts';
import { bytes, line, setUp } from '../trainer/set-up.ts';

const root = mkdtempSync(join(tmpdir(), 'kindling-logger-'));
afterAll(() => rmSync(root, { recursive: true }));
let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(root, 'runs-'));
});

test('a fit is logged: each step, each epoch, its end; and it is the same fit', async () => {
  const run = await createRun({ name: 'fit', dir });
  const logged = setUp();
  await logged.trainer.fit(logged.batches, {
    epochs: 3,
    validation: logged.validation,
    callbacks: [new RunLogger(run)],
  });
  const alone = setUp();
  await alone.trainer.fit(alone.batches, { epochs: 3, validation: alone.validation });
  expect(bytes(logged.model)).toBe(bytes(alone.model));

  const { columns, state, summary, events } = readRun(run.path);
  const { steps, epochs, samples } = columns;
  expect([...steps.step]).toEqual(Array.from({ length: 18 }, (_, i) => i));
  expect([...steps.epoch]).toEqual(Array.from({ length: 18 }, (_, i) => Math.floor(i / 6)));
  expect(steps.loss.every(Number.isFinite)).toBe(true);
  expect(steps.lr[0]).toBe(0.05);
  expect(steps.lr[17]).toBeLessThan(0.01);
  expect([...epochs.step]).toEqual([6, 12, 18]);
  expect([...epochs.groups.keys()]).toEqual(['train', 'validation']);
  const mean = steps.loss.subarray(6, 12).reduce((a, b) => a + b) / 6;
  expect(epochs.groups.get('train')?.get('loss')?.[1]).toBeCloseTo(mean, 10);
  expect(samples.map(({ kind, step }) => [kind, step])).toEqual(
    [6, 12, 18].map((step) => ['gradientNorms', step]),
  );
  expect(samples[0]).toMatchObject({ parameters: logged.model.namedParameters().map(([name]) => name) });
  expect(state).toBe('completed');
  expect(summary).toMatchObject({ step: 18, epoch: 3, reason: '3 of 3 epochs are done' });
  expect(summary.metrics.validation?.loss).toBe(epochs.groups.get('validation')?.get('loss')?.[2]);
  expect(events.at(-1)).toMatchObject({ type: 'run-finished', step: 18, epoch: 3 });
});

test('steps in full batches have no epochs beside them, and logEvery leaves out steps but the last', async () => {
  const run = await createRun({ name: 'line', dir });
  const { model, optimizer, batches } = line();
  const trainer = new Trainer({
    model,
    loss: (output, target) => output.sub(target).square().mean(),
    optimizer,
  });
  await trainer.fit(batches, { epochs: 25, callbacks: [new RunLogger(run, { logEvery: 10 })] });
  const { columns, summary } = readRun(run.path);
  expect([...columns.steps.step]).toEqual([0, 10, 20, 24]);
  expect([...columns.epochs.epoch]).toEqual([24]);
  expect(columns.isFullBatch).toBe(true);
  expect(summary).toMatchObject({ epoch: 25, step: 25 });
});

test('a confusion matrix is logged, and why training stopped', async () => {
  manualSeed(1);
  const run = await createRun({ name: 'classes', dir });
  const model = new nn.Linear(1, 2);
  const samples = new TensorDataset(tensor([[-1], [1], [2]]), tensor([0, 1, 1], { dtype: 'int32' }));
  const batches = new DataLoader<Batch, Batch>(samples, { batchSize: 2 });
  const trainer = new Trainer({
    model,
    loss: crossEntropy,
    optimizer: new Adam(model.parameters(), { lr: 0 }),
    metrics: { accuracy: new Accuracy(), confusion: new ConfusionMatrix() },
  });
  const stopping = new EarlyStopping({ patience: 1 });
  await trainer.fit(batches, { epochs: 9, validation: batches, callbacks: [stopping, new RunLogger(run)] });
  const { columns, summary } = readRun(run.path);
  const matrix = columns.lastSample('confusionMatrix')!;
  expect(matrix).toMatchObject({ split: 'validation', classes: ['0', '1'], step: 4 });
  expect(matrix.counts.flat().reduce((a, b) => a + b)).toBe(3);
  expect(columns.epochs.groups.get('validation')?.has('accuracy')).toBe(true);
  expect(summary).toMatchObject({ status: 'completed', reason: expect.stringMatching(/^early stopping/) });
});

test('a fit that diverges or is interrupted ends its run so; with finish: false it goes on', async () => {
  const mse = (output: Batch[0], target: Batch[1]) => output.sub(target).square().mean();
  const run = await createRun({ name: 'line', dir });
  const steep = line(1e30);
  await new Trainer({ model: steep.model, loss: mse, optimizer: steep.optimizer }).fit(steep.batches, {
    epochs: 20,
    callbacks: [new RunLogger(run, { logEvery: 1000 })],
  });
  const diverged = readRun(run.path);
  expect(diverged.state).toBe('diverged');
  expect(diverged.summary.reason).toMatch(/^the loss is (NaN|Infinity) at step \d+$/);
  expect(diverged.columns.steps.loss.at(-1)).not.toBe(0);
  expect(Number.isFinite(diverged.columns.steps.loss.at(-1))).toBe(false);

  const both = await createRun({ name: 'twice', dir });
  const flat = line();
  const trainer = new Trainer({ model: flat.model, loss: mse, optimizer: flat.optimizer });
  await trainer.fit(flat.batches, { epochs: 3, callbacks: [new RunLogger(both, { finish: false })] });
  expect(readRun(both.path).state).toBe('running');
  const signal = AbortSignal.abort();
  await trainer.fit(flat.batches, { epochs: 6, signal, callbacks: [new RunLogger(both)] });
  expect(readRun(both.path)).toMatchObject({ state: 'stopped', summary: { reason: 'interrupted', step: 3 } });
});

test('a request to stop ends the fit, and each that follows, and the run is stopped', async () => {
  const run = await createRun({ name: 'long', dir });
  const { trainer, batches } = setUp();
  const epochs = 1_000_000;
  const asking = { name: 'asking', onTrainStart: () => void requestStop(new RunFolder(run.path)) };
  await trainer.fit(batches, { epochs, callbacks: [new RunLogger(run, { finish: false }), asking] });
  expect(run.stopRequested).toBe(true);
  const step = trainer.step;
  expect(step).toBeLessThan(6 * epochs);
  await trainer.fit(batches, { epochs, callbacks: [new RunLogger(run)] });
  expect(readRun(run.path)).toMatchObject({
    state: 'stopped',
    summary: { reason: 'interrupted: runs stop', step },
  });
});

test('a request to stop that comes after the last step changes nothing', async () => {
  const run = await createRun({ name: 'late', dir });
  requestStop(new RunFolder(run.path));
  await once(run.stopSignal, 'abort');
  const { trainer, batches } = setUp();
  await trainer.fit(batches, { epochs: 2 });
  await trainer.fit(batches, { epochs: 2, callbacks: [new RunLogger(run)] });
  expect(readRun(run.path)).toMatchObject({
    state: 'completed',
    summary: { reason: '2 of 2 epochs are done' },
  });
});

test('arguments are checked', async () => {
  expect(() => new RunLogger({} as never)).toThrow('RunLogger: expected a run of createRun, got an object');
  const run = await createRun({ name: 'x', dir });
  expect(() => new RunLogger(run, { logEvery: 0 })).toThrow('RunLogger: expected logEvery');
  expect(() => new RunLogger(run, { finish: 1 } as never)).toThrow('RunLogger: expected finish');
  expect(() => new RunLogger(run, { interval: 2 } as never)).toThrow('RunLogger: expected options');
  run.finish();
});
