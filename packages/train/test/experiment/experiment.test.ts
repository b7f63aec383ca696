import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ExperimentInput } from '../../src/experiment/experiment-schema.ts';
import { JsonSyntaxError } from '../../src/experiment/json-document.ts';
import { loadExperiment } from '../../src/experiment/load-experiment.ts';
import { parseExperiment } from '../../src/experiment/parse-experiment.ts';
import { ExperimentError } from '../../src/experiment/problem.ts';

const minimal = {
  name: 'tiny',
  data: { source: 'xor' },
  model: [{ type: 'linear', out: 1 }, 'sigmoid'],
  loss: 'bce',
  optimizer: { type: 'sgd', lr: 0.1 },
  epochs: 3,
} satisfies ExperimentInput;

const folder = mkdtempSync(join(tmpdir(), 'kindling-experiment-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return name;
}

async function messageOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof ExperimentError || error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('defaults', () => {
  test('are all filled in', () => {
    expect(parseExperiment(minimal)).toEqual({
      name: 'tiny',
      seed: 0,
      generator: 'torch',
      dtype: 'float32',
      device: 'auto',
      data: {
        source: 'xor',
        batchSize: 'full',
        shuffle: false,
        dropLast: false,
        scale: { input: 1, target: 1 },
        validation: 'none',
      },
      model: [{ type: 'linear', out: 1, bias: true }, { type: 'sigmoid' }],
      loss: { type: 'bce', reduction: 'mean' },
      optimizer: { type: 'sgd', lr: 0.1, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 },
      accumulateGradBatches: 1,
      epochs: 3,
      logEvery: 10,
      evaluateEvery: 1,
      metrics: [],
      checkpoint: { seconds: 10, monitor: 'train.loss' },
    });
  });

  test('a resolved experiment resolves to itself', async () => {
    for (const name of ['xor', 'diabetes-deep', 'weight-height-numpy', 'mnist', 'digits']) {
      const resolved = await loadExperiment(name);
      expect(parseExperiment(JSON.parse(JSON.stringify(resolved)))).toEqual(resolved);
    }
  });

  test('what is watched follows what is held back', () => {
    const digits = { ...minimal, data: { source: 'digits', batchSize: 8 }, loss: 'crossEntropy' };
    const monitored = (data: object) => parseExperiment({ ...digits, data, earlyStopping: {} });
    expect(monitored(digits.data).earlyStopping?.monitor).toBe('validation.loss');
    expect(monitored({ ...digits.data, validation: 'none' }).checkpoint.monitor).toBe('train.loss');
  });

  test('full batches are evaluated ten times, others after every epoch', () => {
    expect(parseExperiment({ ...minimal, epochs: 10_001 }).evaluateEvery).toBe(1001);
    expect(
      parseExperiment({ ...minimal, epochs: 5, data: { source: 'xor', batchSize: 2 } }).evaluateEvery,
    ).toBe(1);
  });
});

describe('a problem names the path, what was expected and what came', () => {
  test.each<[change: object, message: string | RegExp]>([
    [{ optimzer: {} }, 'optimzer: unknown key; did you mean "optimizer"?'],
    [
      { data: { source: 'xor', banana: 1 } },
      'data.banana: unknown key; expected one of source, batchSize, shuffle, sampler, samplerSeed, dropLast, limit, scale, shift, validation',
    ],
    [{ name: 3 }, 'name: expected a string, got 3'],
    [
      { name: '../x' },
      'name: expected letters, digits, dots, dashes and underscores, a letter or digit first, got "../x"',
    ],
    [{ epochs: 0 }, 'epochs: expected a number above 0, got 0'],
    [{ epochs: 1.5 }, 'epochs: expected an integer, got 1.5'],
    [{ epochs: undefined }, 'epochs: expected an integer, got nothing'],
    [{ seed: -1 }, 'seed: expected a number of at least 0, got -1'],
    [{ model: [] }, 'model: expected at least 1 element, got an array of 0'],
    [{ model: {} }, 'model: expected an array, got an object'],
    [{ model: ['relu', 5] }, 'model.1: expected a name or an object with a type, got 5'],
    [
      { model: ['rleu'] },
      /^experiment: model\.0\.type: expected one of "linear", "relu", .*, … \(\d+ in all\), got "rleu"; did you mean "relu"\?$/,
    ],
    [{ model: ['linear'] }, 'model.0.out: expected an integer, got nothing'],
    [
      { model: [{ type: 'linear', out: 3, init: { weight: 'kaiminNormal' } }] },
      'did you mean "kaimingNormal"?',
    ],
    [{ model: [{ type: 'dropout', p: 1 }] }, 'model.0.p: expected a number below 1, got 1'],
    [{ loss: 'BCE' }, '; did you mean "bce"?'],
    [{ optimizer: { type: 'adam', lr: 'fast' } }, 'optimizer.lr: expected a number, got "fast"'],
    [
      { optimizer: { type: 'adam', betas: [0.9] } },
      'optimizer.betas: expected 2 elements, got an array of 1',
    ],
    [{ optimizer: { type: 'adam', betas: [0.9, 1] } }, 'optimizer.betas.1: expected a number below 1, got 1'],
    [
      { data: { source: 'xor', batchSize: 'ful' } },
      'data.batchSize: expected an integer or "full", got "ful"; did you mean "full"?',
    ],
    [{ data: { source: 'xor', validation: 2 } }, 'data.validation: expected a number below 1, got 2'],
    [{ data: { source: 'minst' } }, '; did you mean "mnist"?'],
    [{ data: 'xor' }, 'data: expected an object with a source, got "xor"'],
    [{ device: 'gpu' }, 'device: expected auto, cpu, cuda, cuda:1 (any number) or tfjs, got "gpu"'],
    [{ clip: { norm: -1 } }, 'clip.norm: expected a number above 0, got -1'],
    [
      { metrics: ['acuracy'] },
      'metrics.0: expected one of "accuracy", "precision", "recall", "f1", "mae", "r2", "confusionMatrix", got "acuracy"; did you mean "accuracy"?',
    ],
  ])('%j', async (change, message) => {
    expect(await messageOf(() => parseExperiment({ ...minimal, ...change }))).toMatch(message);
  });

  test('all problems come at once', async () => {
    const message = await messageOf(() => parseExperiment({ ...minimal, epochs: 0, seed: 'x', extra: 1 }));
    expect(message.split('\n')).toEqual([
      'experiment: seed: expected an integer, got "x"',
      'experiment: epochs: expected a number above 0, got 0',
      expect.stringContaining('experiment: extra: unknown key'),
    ]);
  });
});

describe('keys that do not go together are refused', () => {
  test.each<[change: object, message: string]>([
    [{ loss: 'crossEntropy' }, 'loss.type: expected a loss of numbers'],
    [{ data: { source: 'mnist' } }, 'data.target: expected "oneHot" for the loss bce, got "index"'],
    [
      { data: { source: 'mnist', target: 'oneHot' }, loss: 'nll' },
      'data.target: expected "index" for the loss nll',
    ],
    [{ data: { source: 'diabetes', validation: 'test' } }, 'data.validation: expected "none" or a fraction'],
    [{ checkpoint: { monitor: 'validation.loss' } }, 'checkpoint.monitor: expected a train metric'],
    [
      { earlyStopping: { monitor: 'train.accuracy' } },
      'earlyStopping.monitor: expected accuracy among the metrics',
    ],
    [{ optimizer: { type: 'sgd', lr: 1, nesterov: true } }, 'optimizer.nesterov: expected momentum above 0'],
    [{ generator: 'numpy' }, 'model.0.init.weight: expected one of normal, uniform, constant, zeros, ones'],
    [{ generator: 'numpy', seed: 2 ** 32 }, 'seed: expected a seed below 2^32'],
  ])('%j', async (change, message) => {
    expect(await messageOf(() => parseExperiment({ ...minimal, ...change }))).toMatch(message);
  });
});

describe('loadExperiment', () => {
  const json = JSON.stringify(minimal, null, 2);

  test('reads a file', async () => {
    expect((await loadExperiment(file('a.json', json), { cwd: folder })).name).toBe('tiny');
  });

  test('points into the file', async () => {
    const wrong = file(
      'wrong.json',
      json.replace('"lr": 0.1', '"lr": "fast"').replace('"epochs"', '"epoch"'),
    );
    expect(await messageOf(() => loadExperiment(wrong, { cwd: folder }))).toBe(
      [
        'wrong.json:16:11: optimizer.lr: expected a number, got "fast"',
        'wrong.json:1:1: epochs: expected an integer, got nothing',
        'wrong.json:18:3: epoch: unknown key; did you mean "epochs"?',
      ].join('\n'),
    );
  });

  test.each([
    ['optimizer.lr=fast', 'optimizer.lr: expected a number, got "fast"'],
    ['modle.0=relu', 'modle: unknown key; did you mean "model"?'],
    ['schedule.gamma=0.5', 'schedule.type: expected one of "step", '],
  ])('points at the change that is wrong: %s', async (change, message) => {
    const set = ['seed=1', change, 'epochs=3'];
    expect(await messageOf(() => loadExperiment('xor', { set }))).toContain(`--set ${change}: ${message}`);
  });

  test('tells line and column of text that is not JSON', async () => {
    const broken = file('broken.json', json.replace('"bce",', '"bce"'));
    expect(await messageOf(() => loadExperiment(broken, { cwd: folder }))).toMatch(
      /^broken\.json:\d+:3: expected "," or "}" after an entry, got "optimizer"$/,
    );
  });

  test('takes the default export of a module', async () => {
    const module = file('a.mjs', `const epochs = 2 + 3;\nexport default { ...${json}, epochs };\n`);
    expect((await loadExperiment(module, { cwd: folder })).epochs).toBe(5);
    const without = file('b.mjs', 'export const experiment = {};\n');
    expect(await messageOf(() => loadExperiment(without, { cwd: folder }))).toBe(
      'b.mjs: expected a default export with the experiment, got none',
    );
  });

  test.each([
    [
      'xro',
      /^xro: expected one of attention, dcgan-mnist, .* or a file that ends in .*, got "xro"; did you mean "xor"\?$/,
    ],
    ['nowhere.json', /^nowhere\.json: expected a file, got none at .*nowhere\.json$/],
  ])('refuses %s', async (reference, message) => {
    expect(await messageOf(() => loadExperiment(reference, { cwd: folder }))).toMatch(message);
  });

  test('paths to data start from the file', async () => {
    const csv = file('csv.json', JSON.stringify({ ...minimal, data: { source: 'csv', path: 'data/a.csv' } }));
    const { data } = await loadExperiment(csv, { cwd: folder });
    expect(data).toMatchObject({ path: join(folder, 'data', 'a.csv') });
  });
});

describe('variants', () => {
  test('change the document, and its name', async () => {
    const { name, loss, optimizer } = await loadExperiment('mnist-single', { variant: 'all' });
    expect({ name, loss: loss.type, optimizer: optimizer.type }).toEqual({
      name: 'mnist-single-all',
      loss: 'bce',
      optimizer: 'adam',
    });
  });

  test('come before changes', async () => {
    const { loss } = await loadExperiment('mnist-single', { variant: 'bce', set: ['loss=mse'] });
    expect(loss.type).toBe('mse');
  });

  test('that do not exist are refused', async () => {
    expect(await messageOf(() => loadExperiment('mnist-single', { variant: 'leeky' }))).toMatch(
      /: expected one of .*, leaky.*, got "leeky"; did you mean "leaky"\?$/,
    );
    expect(await messageOf(() => loadExperiment('xor', { variant: 'bce' }))).toBe(
      'xor: variants: expected an experiment that has variants, got "bce"',
    );
  });
});
