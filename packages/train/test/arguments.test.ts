import { KindlingError, nn, ones, tensor, zeros } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import {
  bce,
  bceWithLogits,
  clipGradNorm,
  clipGradValue,
  crossEntropy,
  huber,
  klDiv,
  l1,
  mse,
  nll,
  parseExperiment,
  SGD,
  Trainer,
} from '../src/index.ts';

const bad: readonly unknown[] = [
  ...[
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    2 ** 53,
    '2',
    '',
    null,
    true,
    1n,
    Symbol('bad'),
    [],
    [1.5],
  ],
  ...[{}, () => 1, tensor(1), ones([7])],
];

/** A call ends with a result, or with an error of ours. */
function expectOurs(run: () => unknown, text: string): void {
  let error: unknown;
  try {
    run();
  } catch (caught) {
    error = caught;
  }
  if (error !== undefined) {
    expect(error, `${text}: ${String((error as Error).stack)}`).toBeInstanceOf(KindlingError);
  }
}

const x = ones([3, 2]).mul(0.5);
const classes = zeros([3], { dtype: 'int32' });

describe('losses end with a result or with an error of ours, whatever they are given', () => {
  test.each<readonly [string, unknown, unknown, readonly string[]]>([
    ['mse', mse, x, ['reduction']],
    ['l1', l1, x, ['reduction']],
    ['huber', huber, x, ['delta', 'reduction']],
    ['klDiv', klDiv, x, ['logTarget', 'reduction']],
    ['bce', bce, x, ['weight', 'reduction']],
    ['bceWithLogits', bceWithLogits, x, ['weight', 'posWeight', 'reduction']],
    ['crossEntropy', crossEntropy, classes, ['weight', 'ignoreIndex', 'labelSmoothing', 'reduction']],
    ['nll', nll, classes, ['weight', 'ignoreIndex', 'reduction']],
  ])('%s', (name, loss, target, options) => {
    const call = (...given: unknown[]): unknown => Reflect.apply(loss as () => unknown, null, given);
    expect(() => call(x, target)).not.toThrow();
    const disposed = ones([3, 2]);
    disposed.dispose();
    for (const value of [...bad, disposed]) {
      expect(() => call(value, target), name).toThrow(KindlingError);
      expect(() => call(x, value), name).toThrow(KindlingError);
      for (const option of options)
        expectOurs(() => call(x, target, { [option]: value }), `${name} ${option}`);
    }
  });

  test.each([3, -1, 2 ** 31 - 1, -(2 ** 31)])('class %i of 2 is refused', (number) => {
    const target = tensor([0, number, 1], { dtype: 'int32' });
    for (const loss of [crossEntropy, nll]) {
      expect(() => loss(x, target).item()).toThrow('expected class indices in [0, 1]');
    }
    expect(() => crossEntropy(x, tensor([0, Number.NaN, 1]))).toThrow(KindlingError);
  });
});

test('clipping', () => {
  const weight = new nn.Parameter(ones([2]));
  weight.grad = ones([2]);
  for (const value of bad) {
    expectOurs(() => clipGradNorm([weight], value as number), 'maxNorm');
    expectOurs(() => clipGradNorm([weight], 1, { normType: value as number }), 'normType');
    expectOurs(() => clipGradValue([weight], value as number), 'value');
    const isTensor = typeof value === 'object' && value !== null && 'grad' in value;
    if (!isTensor) expect(() => clipGradNorm([value as never], 1)).toThrow(KindlingError);
  }
});

test.each(bad)('fit refuses epochs that are none: %s', async (epochs) => {
  const model = new nn.Linear(2, 1);
  const trainer = new Trainer({ model, optimizer: new SGD(model.parameters(), { lr: 0.1 }), loss: mse });
  await expect(trainer.fit([[x, ones([3, 1])]], { epochs: epochs as number })).rejects.toThrow(KindlingError);
});

test('an experiment with a layer of 10^12 outputs is refused when it is read', () => {
  expect(() => parseExperiment({ data: 'xor', model: [{ type: 'linear', out: 1e12 }], epochs: 1 })).toThrow(
    /out/,
  );
});
