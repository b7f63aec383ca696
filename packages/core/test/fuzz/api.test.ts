import { describe, expect, test } from 'vitest';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import * as F from '../../src/nn/functional.ts';
import { Tensor } from '../../src/tensor.ts';
import { cases } from '../random-calls/compare.ts';
import { functions, internal, methods } from './methods.ts';
import { outcomeOf } from './outcome.ts';
import { tryRandomCall } from './random-api.ts';
import { Draws, tensorForm } from './values.ts';

/** Names of all methods on the way from a tensor to Object. */
function methodNames(): string[] {
  const names: string[] = [];
  for (
    let level: object = Tensor.prototype;
    level !== Object.prototype;
    level = Object.getPrototypeOf(level)
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (typeof value === 'function') names.push(name);
    }
  }
  return [...new Set(names)];
}

const publicNames = methodNames().filter((name) => !internal.has(name));

test('every method has arguments to be tried with', () => {
  expect(publicNames.filter((name) => !Object.hasOwn(methods, name))).toEqual([]);
  expect(Object.keys(methods).filter((name) => !publicNames.includes(name))).toEqual([]);
});

test('every function of nn.functional has, too', () => {
  expect(Object.keys(F).filter((name) => !Object.hasOwn(functions, name))).toEqual([]);
});

describe('random calls of the tensor API', () => {
  const count = cases(1500);
  test(`${count} calls end with a result or with an error of this package, the same on every engine`, () => {
    let results = 0;
    for (let i = 0; i < count; i++) {
      const { hasResult, finding } = tryRandomCall(
        Number(process.env.KINDLING_TEST_SEED ?? 0) + i * 7919 + 1,
      );
      if (hasResult) results++;
      expect(finding).toBeUndefined();
    }
    // Calls that are refused all alike would prove little.
    expect(results).toBeGreaterThan(count * 0.3);
  });
});

describe('a disposed tensor', () => {
  const spare = ['dispose', 'toString', 'isContiguous'];
  test.each(publicNames.filter((name) => !spare.includes(name)))('%s says so', (name) => {
    const draws = new Draws(5);
    const self = tensorForm(draws, { dtype: 'float32', shape: [2, 2], state: 'disposed', layout: 'plain' });
    const given = methods[name]!.map((make) => make(draws, self));
    const live = JSON.parse(JSON.stringify(given), (key, value) =>
      key === 'state' ? 'live' : value,
    ) as unknown[];
    const { error, message } = outcomeOf({ name, self, arguments: live }, referenceBackend, () => {});
    expect(message).toMatch(/^\w+: expected a tensor that has not been disposed/);
    expect(error).toBe('ArgumentError');
  });

  test('says so as an argument too', () => {
    const draws = new Draws(6);
    const self = tensorForm(draws, { dtype: 'float32', shape: [2, 2], state: 'live', layout: 'plain' });
    const disposed = { ...self, state: 'disposed' as const };
    const index = { ...self, dtype: 'int32' as const, shape: [2], below: 2 };
    const calls: readonly (readonly [string, readonly unknown[]])[] = [
      ...['add', 'matmul', 'maximum', 'copy_', 'set_', 'add_', 'linear', 'backward'].map(
        (name) => [name, [disposed]] as const,
      ),
      ['where', [{ ...disposed, dtype: 'bool' }, 0]],
      ['maskedFill', [{ ...disposed, dtype: 'bool' }, 0]],
      ['gather', [0, { ...disposed, dtype: 'int32' }]],
      ['indexSelect', [0, { ...index, state: 'disposed' }]],
      ['scatterAdd', [0, { ...index, shape: [2, 2] }, disposed]],
      ['layerNorm', [[2], { ...disposed, shape: [2] }]],
      ['batchNorm', [{ runningMean: { ...disposed, shape: [2] } }]],
    ];
    for (const [name, given] of calls) {
      const call = { name, self: { ...self, requiresGrad: name === 'backward' }, arguments: given };
      const { message } = outcomeOf(call, referenceBackend, () => {});
      expect(message, name).toMatch(/^\w+: expected a tensor that has not been disposed/);
    }
  });
});
