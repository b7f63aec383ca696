import { describe, expect, test } from 'vitest';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import { Tensor } from '../../src/tensor.ts';
import { cuda } from '../cuda-kernels/engine.ts';
import { nativeWithExactMemory as native } from '../native/engine.ts';
import { cases } from '../random-calls/compare.ts';
import { functions, internal, methods } from './methods.ts';
import { type ApiCall, difference, outcomeOf } from './outcome.ts';
import { Draws, hostileValue, isTensorForm, tensorForm } from './values.ts';

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

function callOf(seed: number): ApiCall {
  const draws = new Draws(seed);
  const self = tensorForm(draws, { ...(draws.chance(0.97) && { state: 'live' as const }) });
  const isFunction = draws.chance(0.05);
  const table = isFunction ? functions : methods;
  const name = draws.of(Object.keys(table));
  const given = table[name]!.slice(0, table[name]!.length + 1 - draws.below(2) * draws.below(2)).map(
    (make) => (draws.chance(0.12) ? hostileValue(draws) : make(draws, self)),
  );
  if (draws.chance(0.05)) given.push(hostileValue(draws));
  return {
    name,
    self: isFunction ? undefined : { ...self, state: self.state === 'of another copy' ? 'live' : self.state },
    arguments: given,
  };
}

const textOf = (call: ApiCall): string =>
  JSON.stringify(call, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value)
      ? String(value)
      : typeof value === 'bigint' ||
          typeof value === 'symbol' ||
          typeof value === 'function' ||
          value === undefined
        ? String(value)
        : isTensorForm(value) && value.state === 'live'
          ? { ...value, state: undefined, form: undefined }
          : value,
  );

const engines = [
  ...(native === undefined ? [] : [{ name: 'native', backend: native, settle: () => {} }]),
  ...(cuda === undefined ? [] : [{ name: 'cuda', backend: cuda, settle: () => cuda?.synchronize() }]),
];

describe('random calls of the tensor API', () => {
  const count = cases(1500);
  test(`${count} calls end with a result or with an error of this package, the same on every engine`, () => {
    let results = 0;
    for (let i = 0; i < count; i++) {
      const seed = Number(process.env.KINDLING_TEST_SEED ?? 0) + i * 7919 + 1;
      const call = callOf(seed);
      const wanted = outcomeOf(call, referenceBackend, () => {});
      const described = () => `case ${i}: ${textOf(call)}`;
      if (wanted.error === undefined) results++;
      expect(wanted.error?.startsWith('not ours') ?? false, `${described()}\n${wanted.message}`).toBe(false);
      for (const { name, backend, settle } of engines) {
        const got = outcomeOf(call, backend, settle);
        expect(got.error, `${name}, ${described()}\n${wanted.message}\n${got.message}`).toBe(wanted.error);
        expect(difference(wanted.values, got.values), `${name}, ${described()}`).toBeUndefined();
      }
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
