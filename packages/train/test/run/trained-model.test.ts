import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { saveSafetensors, zeros } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import {
  type ExperimentInput,
  evaluateRun,
  loadTrainedModel,
  parseExperiment,
  readRun,
  runExperiment,
} from '../../src/index.ts';
import { experiment, runsFolder } from './set-up.ts';

const runs = runsFolder();

describe('a trained model', () => {
  const digits = parseExperiment({
    name: 'few-digits',
    device: 'cpu',
    data: { source: 'digits', train: 300, test: 60, batchSize: 30, shuffle: true },
    model: [{ type: 'linear', out: 10 }],
    loss: 'crossEntropy',
    optimizer: { type: 'adam', lr: 0.01 },
    epochs: 3,
    metrics: ['accuracy', 'confusionMatrix'],
  } satisfies ExperimentInput);

  test('predicts classes, and evaluates as its run did', async () => {
    const { folder } = await runExperiment(digits, { runs: runs() });
    const { events, summary } = readRun(folder.path);
    const evaluation = await evaluateRun(folder.path, { checkpoint: 'last' });
    expect(evaluation).toMatchObject({
      split: 'validation',
      samples: 60,
      measured: summary.metrics.validation,
    });
    expect(evaluation!.confusionMatrix!.flat().reduce((a, b) => a + b)).toBe(60);
    const train = await evaluateRun(folder.path, { checkpoint: 'last', split: 'train' });
    expect(train).toMatchObject({ split: 'train', samples: 300, measured: summary.metrics.train });

    const pictures = events.findLast((event) => event.type === 'sample' && event.kind === 'images');
    if (pictures?.type !== 'sample' || pictures.kind !== 'images') throw new Error('no pictures');
    expect(pictures.labels!).toHaveLength(25);
    const pixels = Buffer.from(pictures.pixels, 'base64');
    expect(pixels).toHaveLength(25 * pictures.height * pictures.width);
    const rows = pictures.labels!.map((_, i) =>
      [...pixels.subarray(784 * i, 784 * (i + 1))].map((p) => p / 255),
    );
    const model = await loadTrainedModel(folder.path, { checkpoint: 'last' });
    const { labels, scores } = model.predict(rows);
    expect(labels).toEqual(pictures.predictions);
    for (const row of scores!) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(() => model.predict([[1, 2]])).toThrow('predict: expected 784 numbers a row, got 2 in row 0');
  });

  test('logs which samples the first batches hold', async () => {
    const { folder } = await runExperiment(digits, { runs: runs() });
    const batches = readRun(folder.path).events.flatMap((event) =>
      event.type === 'sample' && event.kind === 'batch' ? [event] : [],
    );
    expect(batches.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(batches.flatMap(({ indices }) => indices)).size).toBe(40);
  });

  test('predicts numbers in the units of the data', async () => {
    const csv = join(runs(), 'line.csv');
    const rows = Array.from({ length: 50 }, (_, i) => `${i},${100 + 2 * i}`);
    writeFileSync(csv, ['x,y', ...rows].join('\n'));
    const line = parseExperiment({
      name: 'line',
      device: 'cpu',
      data: { source: 'csv', path: csv, scale: { input: 0.02, target: 0.005 }, validation: 0.2 },
      model: [{ type: 'linear', out: 1 }],
      loss: 'mse',
      optimizer: { type: 'adam', lr: 0.05 },
      epochs: 600,
      metrics: ['mae', 'r2'],
    } satisfies ExperimentInput);
    const { folder, summary } = await runExperiment(line, { runs: runs() });
    expect(summary.metrics.validation!.r2).toBeGreaterThan(0.999);
    const model = await loadTrainedModel(folder.path);
    const { outputs, labels } = model.predict([[10], [60]]);
    expect(labels).toBeUndefined();
    expect(Math.abs(outputs[0]![0]! - 120)).toBeLessThan(1);
    expect(Math.abs(outputs[1]![0]! - 220)).toBeLessThan(2);
    expect(await evaluateRun(folder.path)).toMatchObject({
      checkpoint: 'best',
      split: 'validation',
      samples: 10,
    });
  });

  test('gives scores that are probabilities, whatever the loss takes', async () => {
    const scored = async (loss: ExperimentInput['loss'], last: readonly string[], target?: 'oneHot') => {
      const { folder } = await runExperiment(
        parseExperiment({
          name: 'scored',
          device: 'cpu',
          data: { source: 'digits', train: 100, test: 20, batchSize: 50, ...(target && { target }) },
          model: [{ type: 'linear', out: 10 }, ...last] as ExperimentInput['model'],
          loss,
          optimizer: { type: 'adam', lr: 0.01 },
          epochs: 1,
        }),
        { runs: runs() },
      );
      const model = await loadTrainedModel(folder.path);
      const row = Array.from({ length: 784 }, (_, i) => (i % 7) / 7);
      const { outputs, scores, labels } = model.predict([row]);
      expect(labels).toEqual([scores![0]!.indexOf(Math.max(...scores![0]!))]);
      return { outputs: outputs[0]!, scores: scores![0]! };
    };
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b);
    const entropy = await scored('crossEntropy', []);
    expect(sum(entropy.scores)).toBeCloseTo(1, 5);
    expect(sum(entropy.outputs)).not.toBeCloseTo(1, 2);
    const likelihood = await scored('nll', ['logSoftmax']);
    expect(sum(likelihood.scores)).toBeCloseTo(1, 5);
    expect(likelihood.outputs.every((output) => output <= 0)).toBe(true);
    const logits = await scored('bceWithLogits', [], 'oneHot');
    for (const [i, score] of logits.scores.entries()) {
      expect(score).toBeCloseTo(1 / (1 + Math.exp(-logits.outputs[i]!)), 5);
    }
    const plain = await scored('mse', ['sigmoid'], 'oneHot');
    expect(plain.scores).toEqual(plain.outputs);
  });

  test('refuses weights that no run has saved', async () => {
    const { folder } = await runExperiment(experiment(), { runs: runs() });
    const file = folder.checkpoint('last');
    for (const metadata of [{}, { signature: '{' }, { signature: '{"inputShape":"x"}' }]) {
      await saveSafetensors(file, { '0.weight': zeros([1]) }, metadata as Record<string, string>);
      await expect(loadTrainedModel(folder.path, { checkpoint: 'last' })).rejects.toThrow(
        `${file}: expected a checkpoint of a run, got tensors without a signature`,
      );
    }
  });

  test('needs a checkpoint', async () => {
    const { folder } = await runExperiment(experiment(), { runs: runs() });
    for (const kind of ['last', 'best'] as const) rmSync(folder.checkpoint(kind));
    await expect(loadTrainedModel(folder.path)).rejects.toThrow(
      'expected a checkpoint (best or last), got none yet',
    );
    expect((await loadTrainedModel(folder.path, { checkpoint: 'initial' })).step).toBe(0);
    await expect(evaluateRun(folder.path, { checkpoint: 'initial', split: 'validation' })).rejects.toThrow(
      'run tiny: expected validation samples, got data.validation "none"',
    );
  });
});
