import { init, manualSeed, NumpyRandomState, nn, tensor } from '@kindling/core';
import { DataError, profileCsvText } from '@kindling/data';
import { describe, expect, test } from 'vitest';
import { buildLoss } from '../../src/experiment/build-loss.ts';
import { buildModel } from '../../src/experiment/build-model.ts';
import { buildSchedule } from '../../src/experiment/build-schedule.ts';
import { sizeFinding } from '../../src/experiment/document-size.ts';
import { draftExperiment } from '../../src/experiment/draft-experiment.ts';
import {
  bceWithLogits,
  crossEntropy,
  type Experiment,
  ExperimentError,
  type ExperimentInput,
  heldBackName,
  nll,
  parseExperiment,
  SGD,
} from '../../src/index.ts';
import { experiment, valuesOf } from './set-up.ts';

const rows = (count: number, header: string, row: (i: number) => string): string =>
  [header, ...Array.from({ length: count }, (_, i) => row(i))].join('\n');
const wave = (i: number): string => Math.sin(i * 1.7).toFixed(4);

describe('first values of parameters', () => {
  type InitInput = NonNullable<
    Extract<ExperimentInput['model'][number], { type: 'linear'; init?: unknown }>['init']
  >;
  const built = (
    weight: NonNullable<InitInput['weight']>,
    change: Partial<ExperimentInput> = {},
  ): number[] => {
    manualSeed(3);
    const settings = experiment({
      model: [{ type: 'linear', out: 4, init: { weight, bias: 'ones' } }],
      ...change,
    });
    const [values, bias] = valuesOf(buildModel(settings, [3]).model);
    expect(bias).toEqual([1, 1, 1, 1]);
    return values!;
  };
  const drawn = (fill: (weight: nn.Parameter) => unknown): number[] => {
    manualSeed(3);
    const { weight } = new nn.Linear(3, 4);
    fill(weight);
    return [...weight.data()];
  };

  test.each<[NonNullable<InitInput['weight']>, (weight: nn.Parameter) => unknown]>([
    ['kaimingNormal', (w) => init.kaimingNormal(w)],
    [
      { type: 'kaimingNormal', mode: 'fanOut', nonlinearity: 'relu' },
      (w) => init.kaimingNormal(w, { mode: 'fanOut', nonlinearity: 'relu' }),
    ],
    ['kaimingUniform', (w) => init.kaimingUniform(w)],
    [{ type: 'kaimingUniform', a: 0.5 }, (w) => init.kaimingUniform(w, { a: 0.5 })],
    ['xavierNormal', (w) => init.xavierNormal(w)],
    [{ type: 'xavierNormal', gain: 3 }, (w) => init.xavierNormal(w, 3)],
    [{ type: 'xavierUniform', gain: 3 }, (w) => init.xavierUniform(w, 3)],
    [{ type: 'normal', mean: 1, std: 2 }, (w) => init.normal(w, 1, 2)],
    [{ type: 'uniform', low: -1, high: 2 }, (w) => init.uniform(w, -1, 2)],
    [{ type: 'constant', value: 0.5 }, (w) => init.constant(w, 0.5)],
    ['zeros', (w) => init.zeros(w)],
    ['ones', (w) => init.ones(w)],
  ])('%j are those of the function', (weight, fill) => {
    expect(built(weight)).toEqual(drawn(fill));
  });

  test("drawn by NumPy's generator, where the experiment says so", () => {
    const numpy = { generator: 'numpy', seed: 5, dtype: 'float64' } as const;
    const random = (): NumpyRandomState => new NumpyRandomState(5);
    expect(built({ type: 'normal', mean: 1, std: 2 }, numpy)).toEqual([...random().normal(1, 2, 12)]);
    expect(built({ type: 'uniform', low: -1, high: 2 }, numpy)).toEqual([...random().uniform(-1, 2, 12)]);
    expect(built({ type: 'constant', value: 3 }, numpy)).toEqual(Array(12).fill(3));
  });

  test('a layer that says how many come in must be right', () => {
    const settings = (of: number) => experiment({ model: [{ type: 'linear', in: of, out: 2 }] });
    expect(buildModel(settings(3), [3]).outputShape).toEqual([2]);
    expect(() => buildModel(settings(4), [2, 3])).toThrow(
      'built: model.0.in: expected 3, the last size of the input shape [2, 3], got 4',
    );
    expect(() => buildModel(settings(4), [3])).toThrow(ExperimentError);
    expect(buildModel(experiment({ model: [{ type: 'linear', out: 2 }] }), [5, 3]).outputShape).toEqual([
      5, 2,
    ]);
  });
});

describe('losses have the options of the experiment', () => {
  const output = tensor([
    [0.2, -1, 0.5],
    [1, 2, 3],
  ]);
  const classes = tensor([2, 0], { dtype: 'int32' });

  test('crossEntropy and nll', () => {
    const weight = [1, 2, 3];
    const options = { reduction: 'sum', weight: tensor(weight) } as const;
    const smoothed = buildLoss(
      { type: 'crossEntropy', reduction: 'sum', weight, labelSmoothing: 0.1 },
      'cpu',
    );
    expect(smoothed(output, classes).item()).toBe(
      crossEntropy(output, classes, { ...options, labelSmoothing: 0.1 }).item(),
    );
    const likelihood = buildLoss({ type: 'nll', reduction: 'sum', weight }, 'cpu');
    expect(likelihood(output, classes).item()).toBe(nll(output, classes, options).item());
    const plain = buildLoss({ type: 'nll', reduction: 'mean' }, 'cpu');
    expect(plain(output, classes).item()).toBe(nll(output, classes).item());
  });

  test('bceWithLogits', () => {
    const target = tensor([
      [1, 0, 1],
      [0, 1, 1],
    ]);
    const loss = buildLoss({ type: 'bceWithLogits', reduction: 'mean', posWeight: [2, 1, 3] }, 'cpu');
    expect(loss(output, target).item()).toBe(
      bceWithLogits(output, target, { posWeight: tensor([2, 1, 3]) }).item(),
    );
  });
});

describe('schedules step when the experiment says', () => {
  const optimizer = (): SGD => new SGD([tensor([1], { requiresGrad: true })], { lr: 0.1, momentum: 0.9 });
  const on = (schedule: NonNullable<ExperimentInput['schedule']>) => {
    const { schedule: settings } = experiment({ schedule });
    const { schedule: built, scheduleOn } = buildSchedule(settings!, optimizer(), { steps: 20, epochs: 5 });
    return [built.constructor.name, scheduleOn];
  };

  test.each<[NonNullable<ExperimentInput['schedule']>, [string, string]]>([
    ['plateau', ['ReduceLROnPlateau', 'evaluation']],
    [{ type: 'oneCycle', maxLr: 1 }, ['OneCycleLR', 'step']],
    [{ type: 'warmUp', totalIters: 3 }, ['LinearLR', 'step']],
    [{ type: 'step', stepSize: 2 }, ['StepLR', 'epoch']],
    [{ type: 'cosine', per: 'step' }, ['CosineAnnealingLR', 'step']],
    [{ type: 'exponential', gamma: 0.5, warmUp: 2 }, ['SequentialLR', 'epoch']],
  ])('%j', (schedule, expected) => {
    expect(on(schedule)).toEqual(expected);
  });
});

describe('what does not go together', () => {
  const messages = (change: object): string[] => {
    try {
      parseExperiment({
        name: 'x',
        data: { source: 'digits' },
        model: [{ type: 'linear', out: 10 }],
        loss: 'crossEntropy',
        optimizer: 'adam',
        epochs: 1,
        ...change,
      });
    } catch (error) {
      expect(error).toBeInstanceOf(ExperimentError);
      return (error as Error).message.split('\n');
    }
    return [];
  };
  const numbers = { data: { source: 'xor' }, loss: 'mse', model: [{ type: 'linear', out: 1 }] };

  test.each<[object, string | undefined]>([
    [{ device: 'tfjs', dtype: 'float64' }, 'device: expected cpu, cuda or auto for the dtype float64'],
    [{ device: 'tfjs', dtype: 'float32' }, undefined],
    [{ device: 'cpu', dtype: 'float64' }, undefined],
    [{ loss: 'mse' }, 'data.target: expected "oneHot" for the loss mse, got "index"'],
    [{ loss: 'nll' }, undefined],
    [{ loss: 'nll', data: { source: 'digits', target: 'oneHot' } }, 'expected "index" for the loss nll'],
    [{ loss: 'mse', data: { source: 'digits', target: 'oneHot' } }, undefined],
    [{ ...numbers, loss: 'nll' }, 'loss.type: expected a loss of numbers'],
    [{ ...numbers, loss: 'crossEntropy' }, 'for the data xor, got "crossEntropy"'],
    [{ ...numbers, data: { source: 'xor', validation: 'test' } }, 'xor has no test set'],
    [
      { ...numbers, earlyStopping: { monitor: 'validation.loss', patience: 1 } },
      'earlyStopping.monitor: expected a train metric (data.validation is "none")',
    ],
    [
      { ...numbers, checkpoint: { monitor: 'train.r2' } },
      'checkpoint.monitor: expected r2 among the metrics',
    ],
    [
      { ...numbers, checkpoint: { monitor: 'train.r2' }, metrics: ['mae'] },
      'checkpoint.monitor: expected r2 among the metrics',
    ],
    [{ ...numbers, checkpoint: { monitor: 'train.r2' }, metrics: ['mae', 'r2'] }, undefined],
    [{ ...numbers, checkpoint: { monitor: 'train.loss' } }, undefined],
    [
      { ...numbers, model: ['batchNorm', { type: 'linear', out: 1 }], data: { source: 'xor', batchSize: 1 } },
      'data.batchSize: expected at least 2 samples with batchNorm, got 1',
    ],
    [{ ...numbers, data: { source: 'xor', batchSize: 1 } }, undefined],
    [
      { ...numbers, model: ['batchNorm', { type: 'linear', out: 1 }], data: { source: 'xor', batchSize: 2 } },
      undefined,
    ],
    [
      { optimizer: { type: 'sgd', lr: 1, nesterov: true } },
      'optimizer.nesterov: expected momentum above 0 and no dampening with nesterov, got momentum 0 and dampening 0',
    ],
    [
      { optimizer: { type: 'sgd', lr: 1, nesterov: true, momentum: 0.9, dampening: 0.1 } },
      'got momentum 0.9 and dampening 0.1',
    ],
    [{ optimizer: { type: 'sgd', lr: 1, nesterov: true, momentum: 0.9 } }, undefined],
    [{ optimizer: { type: 'sgd', lr: 1, momentum: 0.9, dampening: 0.1 } }, undefined],
    [
      { generator: 'numpy' },
      "model.0.init.weight: expected one of normal, uniform, constant, zeros, ones with NumPy's generator, got nothing",
    ],
    [
      {
        generator: 'numpy',
        model: [{ type: 'linear', out: 10, init: { weight: 'normal', bias: 'kaimingNormal' } }],
      },
      'model.0.init.bias: expected one of normal, uniform, constant, zeros, ones',
    ],
    [
      {
        generator: 'numpy',
        model: [{ type: 'linear', out: 10, bias: false, init: { weight: 'normal' } }, 'relu'],
      },
      undefined,
    ],
    [
      {
        generator: 'numpy',
        seed: 2 ** 32,
        model: [{ type: 'linear', out: 10, init: { weight: 'normal', bias: 'zeros' } }],
      },
      "seed: expected a seed below 2^32 for NumPy's generator, got 4294967296",
    ],
    [
      {
        generator: 'numpy',
        seed: 2 ** 32 - 1,
        model: [{ type: 'linear', out: 10, init: { weight: 'normal', bias: 'zeros' } }],
      },
      undefined,
    ],
  ])('%j', (change, message) => {
    const found = messages(change).join('\n');
    if (message === undefined) expect(found).toBe('');
    else expect(found).toContain(message);
  });

  test('columns of a file that are asked for twice', () => {
    const csv = (change: object): string =>
      messages({ ...numbers, data: { source: 'csv', path: 'a.csv', ...change } }).join('\n');
    expect(csv({ inputs: ['a'], targets: ['b'], exclude: ['c'] })).toBe('');
    expect(csv({ inputs: ['a', 'b'], targets: ['b'] })).toContain(
      'data.inputs.1: expected a column that is not also a target, got "b"',
    );
    expect(csv({ inputs: ['a'], exclude: ['a'] })).toContain(
      'data.exclude.0: expected a column that is not also an input',
    );
    expect(csv({ targets: ['b'], exclude: ['a', 'b'] })).toContain(
      'data.exclude.1: expected a column that is not also a target',
    );
    expect(csv({ delimiter: ',', decimal: ',' })).toContain(
      'data.delimiter: expected a character other than',
    );
    expect(csv({ delimiter: ';', decimal: ',' })).toBe('');
  });
});

test('documents that hold themselves, or too much, are told without reading them whole', () => {
  const circle: { self?: object } = {};
  circle.self = circle;
  expect(sizeFinding(circle)).toEqual({
    path: ['self', 'self', 'self'],
    message: expect.stringMatching(/^expected at most \d+ levels of arrays and objects, got more$/),
  });
  const zeros = Array<number>(999_998).fill(0);
  expect(sizeFinding({ a: zeros })).toBeUndefined();
  const tooMany = { path: ['a'], message: 'expected at most 1000000 values, got more' };
  expect(sizeFinding({ a: [...zeros, 0] })).toEqual(tooMany);
  expect(sizeFinding({ a: zeros.map(() => ({})), b: 0 })).toEqual(tooMany);
  expect(sizeFinding({ a: { b: { c: { d: [...zeros, 0] } } } })?.path).toEqual(['a', 'b', 'c']);
  expect(sizeFinding({ a: [1, { b: null }], c: 'x' })).toBeUndefined();
  expect(sizeFinding('x')).toBeUndefined();
});

test('held-back samples are called by what they are', () => {
  expect(heldBackName(undefined)).toBe('validation');
  for (const data of [undefined, null, 7, {}, { validation: 0.2 }])
    expect(heldBackName({ data })).toBe('validation');
  expect(heldBackName({ data: { validation: 'test' } })).toBe('test');
});

describe('a draft', () => {
  const draft = (text: string, options: object = {}) => {
    const { document, comments } = draftExperiment(profileCsvText(text, 'data/a.csv'), {
      name: 'a',
      path: 'a.csv',
      ...options,
    });
    const parsed: Experiment = parseExperiment(document);
    return { ...parsed, document, comments };
  };
  const plain = (count: number) => draft(rows(count, 'x,y', (i) => `${wave(i)},${wave(i + 3)}`));

  test.each([
    [64, 'full', 0.01, 1],
    [81, 16, 0.01, 4],
    [499, 16, 0.01, 24],
    [700, 32, 0.01, 17],
    [4999, 32, 0.01, 124],
    [7000, 64, 0.001, 87],
    [26_000, 128, 0.001, 162],
  ])('of %i rows has batches of %s and a rate of %d', (count, batchSize, lr, steps) => {
    const { data, optimizer, epochs, comments } = plain(count);
    expect([data.batchSize, optimizer.lr]).toEqual([batchSize, lr]);
    expect(comments.get('epochs')).toBe(`${steps === 1 ? '1 step' : `${steps} steps`} per epoch`);
    expect(epochs).toBe(Math.min(300, Math.max(10, Math.ceil(3000 / steps))));
  });

  test('holds rows back from fifty on', () => {
    expect(plain(49).data.validation).toBe('none');
    const { data, comments, earlyStopping, epochs } = plain(50);
    expect(data.validation).toBe(0.2);
    expect(comments.get('data.validation')).toBe('10 validation rows');
    expect(earlyStopping?.patience).toBe(Math.max(5, Math.round(epochs / 10)));
    expect(comments.has('data.shuffle')).toBe(false);
  });

  test('has one hidden layer for few rows and two for many, as wide as twice the inputs', () => {
    const widths = (count: number, inputs: number): number[] => {
      const names = Array.from({ length: inputs }, (_, i) => `x${i}`);
      const text = rows(count, [...names, 'y'].join(','), (i) =>
        [...names, 'y'].map((_, j) => wave(i * 31 + j * 7)).join(','),
      );
      return draft(text).model.flatMap((layer) => (layer.type === 'linear' ? [layer.out] : []));
    };
    expect(widths(90, 2)).toEqual([8, 1]);
    expect(widths(90, 4)).toEqual([8, 1]);
    expect(widths(90, 5)).toEqual([16, 1]);
    expect(widths(90, 80)).toEqual([128, 1]);
    expect(widths(499, 5)).toEqual([16, 1]);
    expect(widths(500, 5)).toEqual([16, 8, 1]);
  });

  test('normalizes inputs beyond ten, on either side, where there are rows enough', () => {
    const first = (value: (i: number) => string, count = 90) =>
      draft(rows(count, 'x,y', (i) => `${value(i)},${wave(i + 1)}`)).model[0]!.type;
    expect(first((i) => (i === 3 ? '10' : wave(i)))).toBe('linear');
    expect(first((i) => (i === 3 ? '10.5' : wave(i)))).toBe('batchNorm');
    expect(first((i) => (i === 3 ? '-10.5' : wave(i)))).toBe('batchNorm');
    expect(first((i) => `${20 + Number(wave(i))}`, 3)).toBe('linear');
    expect(first((i) => `${20 + Number(wave(i))}`, 4)).toBe('batchNorm');
  });

  test('leaves out a last batch that cannot be normalized', () => {
    const dropped = (count: number) => {
      const { data } = draft(rows(count, 'x,y', (i) => `${20 + Number(wave(i))},${wave(i + 1)}`));
      return data.dropLast;
    };
    // 80 % of 101 rows are 81: five batches of 16 and a row.
    expect([dropped(100), dropped(101), dropped(60)]).toEqual([false, true, false]);
    const text = rows(101, 'x,y', (i) => `${wave(i)},${wave(i + 1)}`);
    expect(draft(text).data.dropLast).toBe(false);
  });

  test('completes missing inputs where more than a twentieth are, else leaves the rows out', () => {
    const missing = (count: number, target = 0) =>
      draft(rows(100, 'x,y', (i) => `${i < count ? 'NA' : wave(i)},${i >= 100 - target ? '' : wave(i + 1)}`));
    expect(missing(0).data).not.toHaveProperty('missing');
    expect(missing(5).data).toMatchObject({ onMissing: 'drop', missing: ['NA'] });
    expect(missing(6).data).toMatchObject({ onMissing: 'mean' });
    expect(missing(5).comments.get('data.missing')).toBe('5 missing inputs and 0 missing targets');
    expect(missing(0, 3).comments.get('data.missing')).toBe('0 missing inputs and 3 missing targets');
    expect(missing(0).comments.has('data.missing')).toBe(false);
  });

  test('scales targets to one digit before the point', () => {
    const scale = (factor: number): unknown =>
      draft(rows(90, 'x,y', (i) => `${wave(i)},${(factor * Number(wave(i + 1))).toPrecision(5)}`)).data.scale
        .target;
    expect([1, 0.2, 9.9].map(scale)).toEqual([1, 1, 1]);
    expect([50, 5000, 0.05, 0.0005].map(scale)).toEqual([0.1, 0.001, 100, 10_000]);
    expect(draft(rows(90, 'x,y', (i) => `${wave(i)},${i % 2 === 0 ? 0 : -0}.5`)).data.scale.target).toBe(1);
  });

  test('says what it predicts and from what', () => {
    const classes = draft(rows(90, 'x,y', (i) => `${wave(i)},${'abcdefg'[i % 7]}`));
    expect(classes.document.description).toBe('Predicts the class y from 1 columns of a.csv.');
    expect(classes.comments.get('model')).toBe(
      'the last layer outputs the scores of 7 classes: a, b, c, d, e, …',
    );
    expect(classes.comments.get('data.targets')).toBe('7 classes');
    const binary = draft(rows(90, 'x,y', (i) => `${wave(i)},${i % 2}`));
    expect(binary.document.description).toBe('Predicts whether y is 1 from 1 columns of a.csv.');
    expect(binary.comments.get('loss')).toContain('no sigmoid');
    const number = draft(rows(90, 'big,y', (i) => `${100 * Number(wave(i))},${wave(i + 2)}`));
    expect(number.document.description).toBe('Predicts y from 1 columns of a.csv.');
    expect(number.comments.get('model')).toBe(
      'batchNorm normalizes the columns; the last layer outputs one value',
    );
    expect(number.comments.get('data.targets')).toBe('numbers from -1 to 0.9998');
  });

  test('takes 2 to 100 classes, of numbers in their order and of words in that of letters', () => {
    const classes = (value: (i: number) => string, count = 300) =>
      draft(
        rows(count, 'x,y', (i) => `${wave(i)},${value(i)}`),
        { task: 'classes' },
      );
    expect(classes((i) => `${10 - (i % 3)}`).comments.get('model')).toContain(
      'scores of 3 classes: 8, 9, 10',
    );
    expect(classes((i) => `${i % 100}`).model.at(-1)).toMatchObject({ out: 100 });
    expect(() => classes((i) => `${i % 101}`)).toThrow(
      'column y: expected a target of 2 to 100 classes, got 101 distinct numbers',
    );
    expect(() => classes((i) => (i % 9 === 0 ? 'w' : `${i % 2}`))).toThrow(DataError);
    expect(() =>
      draft(
        rows(90, 'x,y', (i) => `${wave(i)},${'ab'[i % 2]}`),
        { task: 'number' },
      ),
    ).toThrow('expected a numeric target, got 2 distinct text values');
  });

  test('takes words among numbers for missing values while there are few', () => {
    const mixed = (word: (i: number) => string | undefined) =>
      draft(rows(90, 'x,z,y', (i) => `${word(i) ?? wave(i)},${wave(i + 3)},${wave(i + 1)}`)).data;
    expect(mixed((i) => (i < 3 ? `w${i}` : undefined))).toMatchObject({ missing: ['w0', 'w1', 'w2'] });
    const four = mixed((i) => (i < 4 ? `w${i}` : undefined));
    expect(four).toMatchObject({ exclude: ['x'] });
    expect(mixed((i) => (i < 50 ? 'w' : undefined))).not.toHaveProperty('missing');
  });

  test('takes up to twenty different words as inputs', () => {
    const words = (different: number) =>
      draft(rows(90, 'x,w,y', (i) => `${wave(i)},word${i % different},${wave(i + 1)}`)).data;
    expect(words(20)).toMatchObject({ categories: { w: 'oneHot' } });
    expect(words(21)).toMatchObject({ exclude: ['w'] });
  });
});
