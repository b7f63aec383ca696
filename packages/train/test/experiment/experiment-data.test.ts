import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@kindling/core';
import { afterAll, describe, expect, test } from 'vitest';
import { modelColumns } from '../../src/experiment/model-columns.ts';
import { buildTraining, type ExperimentInput, loadExperimentData } from '../../src/index.ts';
import { experiment, valuesOf } from './set-up.ts';

const folder = mkdtempSync(join(tmpdir(), 'kindling-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the data', () => {
  const csv = join(folder, 'flowers.csv');
  writeFileSync(
    csv,
    ['size,weight,kind', ...Array.from({ length: 20 }, (_, i) => `${i},${i / 2},${i % 3}`)].join('\n'),
  );
  const load = (data: object) =>
    loadExperimentData(
      experiment({ data: { source: 'csv', path: csv, ...data } } as Partial<ExperimentInput>),
    );
  const rows = (matrix: Tensor) => matrix.toArray();

  test('takes the last column as target, and scales both sides', async () => {
    const { train, validation, inputNames, outputNames, outputs } = await load({
      scale: { input: 2, target: 10 },
      limit: 3,
    });
    expect([inputNames, outputNames, outputs]).toEqual([['size', 'weight'], ['kind'], 1]);
    expect(train.tensors.map(rows)).toEqual([
      [
        [0, 0],
        [2, 1],
        [4, 2],
      ],
      [[0], [10], [20]],
    ]);
    expect(validation).toBeUndefined();
  });

  test('takes the columns that are named', async () => {
    const { train, inputNames } = await load({ inputs: ['kind'], targets: ['weight', 'size'], limit: 2 });
    expect(inputNames).toEqual(['kind']);
    expect(train.tensors.map(rows)).toEqual([
      [[0], [1]],
      [
        [0, 0],
        [0.5, 1],
      ],
    ]);
    await expect(load({ targets: ['wieght'] })).rejects.toThrow('did you mean "weight"?');
  });

  test('takes labels as class indices, or as rows with a 1', async () => {
    const settings = { loss: 'crossEntropy' as const };
    const kinds = async (target: 'index' | 'oneHot') =>
      loadExperimentData(experiment({ ...settings, data: { source: 'csv', path: csv, target, limit: 4 } }));
    const index = await kinds('index');
    expect([index.outputs, index.outputNames, index.train.tensors[1].dtype]).toEqual([
      3,
      ['0', '1', '2'],
      'int32',
    ]);
    expect(rows(index.train.tensors[1])).toEqual([0, 1, 2, 0]);
    expect(rows((await kinds('oneHot')).train.tensors[1])).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ]);
    const data = { source: 'csv' as const, path: csv, target: 'index' as const, targets: ['weight'] };
    const wrong = experiment({ ...settings, data });
    await expect(loadExperimentData(wrong)).rejects.toThrow(
      'flowers.csv, column weight, sample 1: expected a class index in [0, 9999], got 0.5',
    );
  });

  test('names an output for each digit of an image', async () => {
    const data = { source: 'digits', target: 'oneHot', train: 4, test: 2 } as const;
    const { outputs, outputNames, isLabelled, inputShape, image } = await loadExperimentData(
      experiment({ data, model: [{ type: 'linear', out: 10 }] } as Partial<ExperimentInput>),
    );
    expect([outputs, outputNames.join(' '), isLabelled]).toEqual([10, '0 1 2 3 4 5 6 7 8 9', true]);
    expect([inputShape, image]).toEqual([[784], { height: 28, width: 28 }]);
  });

  test('holds back a share that the seed draws, without drawing from the default generator', async () => {
    const held = async (seed: number) => {
      const data = { source: 'csv', path: csv, validation: 0.25 } as const;
      const { train, validation } = await loadExperimentData(experiment({ seed, data }));
      return [train, validation!].map(({ tensors }) => [...tensors[0].select(1, 0).data()]);
    };
    const [train, validation] = await held(1);
    expect([train!.length, validation!.length]).toEqual([15, 5]);
    expect([...train!, ...validation!].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
    expect(await held(1)).toEqual([train, validation]);
    expect((await held(2))[1]).not.toEqual(validation);

    const first = async (validation: 'none' | number) => {
      const { model } = await buildTraining(experiment({ data: { source: 'xor', validation } }));
      return valuesOf(model);
    };
    expect(await first(0.5)).toEqual(await first('none'));
    await expect(first(0.01)).rejects.toThrow('data.validation: expected a fraction of 4 samples');
  });

  test('of digits are pictures, with a test set', async () => {
    const data = await loadExperimentData(
      experiment({ loss: 'crossEntropy', data: { source: 'digits', train: 30, test: 10 } }),
    );
    expect([data.train.length, data.validation!.length, data.outputs]).toEqual([30, 10, 10]);
    expect(data.image).toEqual({ height: 28, width: 28 });
    const [images] = data.train.tensors;
    expect([images.shape, images.max().item() <= 1, images.max().item() > 0.5]).toEqual([
      [30, 784],
      true,
      true,
    ]);
  });
});

describe('images', () => {
  const digits = (model: ExperimentInput['model']) =>
    experiment({
      data: { source: 'digits', train: 20, test: 10, batchSize: 10, shuffle: true },
      model,
      loss: 'crossEntropy',
      epochs: 2,
    });
  const linear = { type: 'linear', out: 10 } as const;

  test.each<[string, ExperimentInput['model'], number[]]>([
    ['are rows of pixels', [linear], [784]],
    ['are so behind layers that take anything', ['relu', { type: 'dropout' }, linear], [784]],
    ['keep their shape where a layer takes images', ['identity', 'flatten', linear], [1, 28, 28]],
  ])('%s', async (_, model, shape) => {
    const settings = digits(model);
    const { train, validation, inputShape } = await loadExperimentData(settings);
    expect(inputShape).toEqual(shape);
    expect(train.tensors[0].shape).toEqual([20, ...shape]);
    expect(validation!.tensors[0].shape).toEqual([10, ...shape]);
    expect(modelColumns(settings).shapes[0]).toEqual(['N', ...shape]);
  });

  test('train to the same bits in either form', async () => {
    const trained = async (model: ExperimentInput['model']) => {
      const { trainer, batches } = await buildTraining(digits(model));
      await trainer.fit(batches, { epochs: 2 });
      return valuesOf(trainer.model);
    };
    expect(await trained(['flatten', linear])).toEqual(await trained([linear]));
  });
});
