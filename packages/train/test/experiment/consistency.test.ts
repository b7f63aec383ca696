import { describe, expect, test } from 'vitest';
import { sizeFinding } from '../../src/experiment/document-size.ts';
import { ExperimentError, heldBackName, parseExperiment } from '../../src/index.ts';

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
