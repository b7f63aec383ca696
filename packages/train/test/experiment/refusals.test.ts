import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '@kindling/data';
import { afterAll, describe, expect, test } from 'vitest';
import { shapeFindings } from '../../src/experiment/model-shape.ts';
import {
  buildTraining,
  type ExperimentInput,
  loadTrainedModel,
  parseExperiment,
  runExperiment,
} from '../../src/index.ts';
import { experiment } from './set-up.ts';

const folder = mkdtempSync(join(tmpdir(), 'kindling-refusals-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An experiment over a CSV file of these lines. */
function over(lines: readonly string[], change: Partial<Omit<ExperimentInput, 'data'>> & { data?: object }) {
  const path = join(folder, 'data.csv');
  writeFileSync(path, lines.join('\n'));
  return parseExperiment({
    name: 'refused',
    device: 'cpu',
    model: [{ type: 'linear', out: 1 }],
    loss: 'mse',
    optimizer: { type: 'sgd', lr: 0.1 },
    epochs: 4,
    ...change,
    data: { source: 'csv', path, ...change.data } as ExperimentInput['data'],
  });
}

const refusalOf = async (settings: ReturnType<typeof over>): Promise<string> => {
  try {
    await buildTraining(settings);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return 'nothing';
};

const embedding = { type: 'embedding', numEmbeddings: 3, embeddingDim: 2 } as const;
const onIndices = [embedding, 'flatten', { type: 'linear', out: 1 }] satisfies ExperimentInput['model'];

describe('keys that do not go together name the path, what was expected and what came', () => {
  test.each<[Partial<ExperimentInput>, string]>([
    [
      { model: [{ type: 'linear', out: 1 }, embedding] },
      'model.1: expected embedding as the first layer, got it behind linear',
    ],
    [
      { data: { source: 'digits' }, model: [embedding], loss: 'crossEntropy' },
      'model.0: expected another first layer for the images of digits, whose pixels are no indices, got embedding',
    ],
    [
      { data: { source: 'xor', scale: { input: 2 } }, model: onIndices },
      'data.scale.input: expected 1 with embedding as the first layer, which takes indices, got 2',
    ],
    [
      { weightAveraging: { type: 'swa', firstEpoch: 4 } },
      'weightAveraging.firstEpoch: expected a number below 4, the number of epochs, got 4',
    ],
    [
      { data: { source: 'xor', shuffle: true, sampler: 'random' } },
      'data.shuffle: expected false with a sampler, which has the order, got true',
    ],
    [
      { data: { source: 'xor', sampler: { type: 'weighted', by: 'sample' } } },
      'data.sampler.weights: expected a weight for each sample with by "sample", got "balanced"',
    ],
    [
      { schedule: { type: 'sequential', schedules: ['cosine', 'polynomial'], milestones: [2, 3] } },
      'schedule.milestones: expected 1 for 2 schedules, got 2',
    ],
    [
      { schedule: { type: 'sequential', schedules: ['cosine', 'cosine', 'cosine'], milestones: [2, 2] } },
      'schedule.milestones: expected ascending numbers, got [2, 2]',
    ],
    [
      { optimizer: 'lbfgs', schedule: { type: 'cyclic', baseLr: 0.1, maxLr: 1 } },
      'schedule.cycleMomentum: expected false for the optimizer lbfgs, which has no momentum, got true',
    ],
    [
      { loss: 'poissonNll', metrics: ['mae', 'accuracy'] },
      'metrics.1: expected a metric of numbers (mae, r2) with the loss poissonNll, got "accuracy"',
    ],
    [
      { data: { source: 'digits' }, loss: 'gaussianNll' },
      'loss.type: expected a loss of classes (mse, l1, huber, bce, bceWithLogits, crossEntropy, nll, klDiv, smoothL1) for the data digits, got "gaussianNll"',
    ],
    [
      { data: { source: 'csv', path: 'a.csv', target: 'index' }, loss: 'gaussianNll' },
      'data.target: expected "value" for the loss gaussianNll, got "index"',
    ],
  ])('%j', (change, message) => {
    expect(() => experiment(change)).toThrow(message);
  });

  test.each<[ExperimentInput['model'], string, string]>([
    [
      [{ type: 'groupNorm', numGroups: 3 }],
      'model.0.numGroups',
      'a divisor of 2, the number of channels, got 3',
    ],
    [[{ type: 'linear', out: 3 }, 'glu'], 'model.1', 'an even size along axis -1, got 3'],
    [[{ type: 'softmin', dim: 2 }], 'model.0.dim', 'an axis in [-2, 1], got 2'],
    [
      [{ type: 'flatten', startDim: 2 }],
      'model.0.startDim',
      'axes of the input shape [2] in their order, got 2 to -1',
    ],
    [[{ type: 'hardtanh', minVal: 1 }], 'model.0.maxVal', 'a number above minVal 1, got 1'],
    [[{ ...embedding, paddingIdx: 3 }], 'model.0.paddingIdx', 'an index in [-3, 2], got 3'],
    [[{ type: 'linear', in: 3, out: 1 }], 'model.0.in', '2, the last size of the input shape [2], got 3'],
  ])('layer %j', async (model, path, message) => {
    const settings = experiment({ model });
    const [finding] = shapeFindings(settings);
    expect([finding?.path.join('.'), finding?.message]).toEqual([path, `expected ${message}`]);
    expect(await refusalOf(settings)).toBe(`built: ${path}: expected ${message}`);
  });

  test('a normal distribution has two outputs for each target', async () => {
    const settings = experiment({ loss: 'gaussianNll' });
    expect(shapeFindings(settings)[0]?.message).toBe(
      'expected 2 outputs from the last layer for the data xor and the loss gaussianNll, got 1',
    );
    expect(await refusalOf(settings)).toBe(
      'built: model: expected 2 outputs (2 each for label) from the last layer, got [1]',
    );
  });
});

describe('samplers that do not fit the samples', () => {
  test.each<[NonNullable<ExperimentInput['data']['sampler']>, string]>([
    [
      { type: 'subset', indices: [0, 4] },
      'indices.1: expected a number below 4, the number of training samples, got 4',
    ],
    [{ type: 'weighted', weights: [1, 1, 1] }, 'weights: expected 2 weights, one for each class, got 3'],
    [
      { type: 'weighted', by: 'sample', weights: [1] },
      'weights: expected 4 weights, one for each training sample, got 1',
    ],
    [
      { type: 'weighted', weights: [0, 1], replacement: false },
      'weights: expected at least 4 samples with a weight above 0, got 2',
    ],
  ])('%j', async (sampler, message) => {
    const settings = experiment({ data: { source: 'xor', sampler } });
    expect(await refusalOf(settings)).toBe(`built: data.sampler.${message}`);
  });

  test('weights of classes, for targets that are numbers', async () => {
    const settings = over(['x,y', '1,0.5', '2,1.5'], { data: { sampler: 'weighted' } });
    expect(await refusalOf(settings)).toBe(
      'refused: data.sampler.by: expected "sample" for targets that are no classes, got "class"',
    );
  });
});

describe('data that a loss or a layer does not take is refused with its place', () => {
  test.each<[string, ExperimentInput['loss'], string]>([
    ['-1', 'poissonNll', 'a target of at least 0 for the loss poissonNll, got -1'],
    ['0', 'hingeEmbedding', 'a target of 1 or -1 for the loss hingeEmbedding, got 0'],
    ['2', 'bce', 'a target in [0, 1] for the loss bce, got 2'],
  ])('a target of %s with %s', async (target, loss, message) => {
    expect(await refusalOf(over(['x,y', '1,1', `2,${target}`], { loss }))).toContain(
      `column y, sample 1: expected ${message}`,
    );
  });

  test.each(['3', '-1', '0.5'])('an index of %s', async (index) => {
    const settings = over(['x,y', '1,1', `${index},1`], { model: onIndices });
    await expect(buildTraining(settings)).rejects.toThrow(DataError);
    expect(await refusalOf(settings)).toContain(
      `column x, sample 1: expected an index in [0, 2] for the first layer of the model, got ${index}`,
    );
  });

  test('an index in a prediction', async () => {
    const settings = over(['x,z,y', '1,0,1', '2,1,0'], { model: onIndices });
    const { folder: run } = await runExperiment(settings, { runs: join(folder, 'runs') });
    const model = await loadTrainedModel(run.path);
    expect(model.predict([[2, 0]]).outputs[0]).toHaveLength(1);
    expect(() => model.predict([[2, 3]])).toThrow('predict: expected an index in [0, 2], got 3 in row 0, z');
  });
});

test('a normal distribution is predicted in the units of the data, with its deviation', async () => {
  const settings = over(['x,y', '0,100', '1,200', '2,300'], {
    model: [{ type: 'linear', out: 2, init: { weight: 'zeros', bias: { type: 'constant', value: 2 } } }],
    loss: 'gaussianNll',
    optimizer: { type: 'sgd', lr: 0 },
    data: { scale: { target: 0.01 } },
  });
  const { folder: run } = await runExperiment(settings, { runs: join(folder, 'runs') });
  const model = await loadTrainedModel(run.path);
  expect(model.predict([[1]]).outputs).toEqual([[expect.closeTo(200, 4), expect.closeTo(100 * Math.E, 3)]]);
});
