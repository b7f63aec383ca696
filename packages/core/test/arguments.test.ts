import { describe, expect, test } from 'vitest';
import { assertRange } from '../src/assert-range.ts';
import * as core from '../src/index.ts';
import { KindlingError, nn, ones, type Tensor, tensor, zeros } from '../src/index.ts';
import { buildAll, Draws, hostile, tensorForm } from './fuzz/values.ts';

const { init } = core;
const backend = () => ones([]).storage.backend;

/** Values that an argument may not have, a 0-d tensor among them. */
const bad = (): readonly unknown[] => [...hostile, tensor(1), ones([2])];

/** Calls with each argument in turn replaced by each bad value. */
function tried(name: string, call: (...given: unknown[]) => unknown, good: readonly unknown[]): void {
  expect(() => call(...good), `${name} as it should be`).not.toThrow();
  for (const place of good.keys()) {
    for (const value of bad()) {
      const given = good.with(place, value);
      let error: unknown;
      try {
        call(...given);
      } catch (caught) {
        error = caught;
      }
      if (error === undefined) continue;
      const text = `${name}, argument ${place}, ${typeof value} ${Array.isArray(value) ? 'array' : typeof value === 'symbol' ? 'symbol' : ''}`;
      expect(error, `${text}: ${String((error as Error).stack)}`).toBeInstanceOf(KindlingError);
    }
  }
}

const make =
  (Kind: unknown) =>
  (...given: unknown[]): unknown =>
    Reflect.construct(Kind as new (...given: unknown[]) => unknown, given);

describe('arguments of any type and size end with a result or with an error of this package', () => {
  test.each<readonly [string, unknown, readonly unknown[]]>([
    ['zeros', core.zeros, [[2, 3]]],
    ['ones', core.ones, [[2, 3]]],
    ['empty', core.empty, [[2, 3]]],
    ['full', core.full, [[2, 3], 1]],
    ['eye', core.eye, [2, 3]],
    ['arange', core.arange, [0, 5, 1]],
    ['linspace', core.linspace, [0, 1, 4]],
    ['tensor', core.tensor, [[1, 2]]],
    ['fullLike', core.fullLike, [ones([2]), 1]],
    ['zerosLike', core.zerosLike, [ones([2])]],
    ['onesLike', core.onesLike, [ones([2])]],
    ['rand', core.rand, [[2]]],
    ['randn', core.randn, [[2]]],
    ['randint', core.randint, [0, 9, [2]]],
    ['randperm', core.randperm, [5]],
    ['bernoulli', core.bernoulli, [zeros([2])]],
    ['cat', core.cat, [[ones([2])], 0]],
    ['stack', core.stack, [[ones([2])], 0]],
    ['where', core.where, [ones([2]).gt(0), 1, ones([2])]],
    ['embedding', core.embedding, [ones([3, 2]), zeros([2], { dtype: 'int32' })]],
    ['dynamicTensor', core.dynamicTensor, [[2], () => new Float32Array(2)]],
    ['assertRange', assertRange, [ones([2]), { low: 0, high: 1, except: 0, expected: 'x', rest: '' }]],
    ['setNumThreads', core.setNumThreads, [1]],
    ['init.uniform', init.uniform, [ones([2]), 0, 1]],
    ['init.normal', init.normal, [ones([2]), 0, 1]],
    ['init.constant', init.constant, [ones([2]), 1]],
    ['init.zeros', init.zeros, [ones([2])]],
    ['init.xavierUniform', init.xavierUniform, [ones([2, 2]), 1]],
    ['init.xavierNormal', init.xavierNormal, [ones([2, 2]), 1]],
    ['init.kaimingUniform', init.kaimingUniform, [ones([2, 2])]],
    ['init.kaimingNormal', init.kaimingNormal, [ones([2, 2])]],
    ['init.calculateGain', init.calculateGain, ['leakyRelu', 0.1]],
    ['encodeSafetensors', core.encodeSafetensors, [{ a: ones([2]) }, {}]],
    ['manualSeed', core.manualSeed, [1]],
  ])('%s', (name, fn, good) => tried(name, fn as (...given: unknown[]) => unknown, good));

  test.each<readonly [string, unknown, readonly unknown[]]>([
    ['Linear', nn.Linear, [2, 3]],
    ['Embedding', nn.Embedding, [2, 3]],
    ['LayerNorm', nn.LayerNorm, [[2, 3]]],
    ['BatchNorm1d', nn.BatchNorm1d, [3]],
    ['Dropout', nn.Dropout, [0.5]],
    ['Flatten', nn.Flatten, [1, -1]],
    ['LeakyReLU', nn.LeakyReLU, [0.1]],
    ['ELU', nn.ELU, [1]],
    ['Softplus', nn.Softplus, [1, 20]],
    ['Softmax', nn.Softmax, [1]],
    ['LogSoftmax', nn.LogSoftmax, [1]],
    ['Sequential', nn.Sequential, [new nn.ReLU()]],
    ['Parameter', nn.Parameter, [ones([2])]],
    ['Buffer', nn.Buffer, [ones([2])]],
    ['Generator', core.Generator, [1]],
    ['NumpyRandomState', core.NumpyRandomState, [1]],
  ])('new %s', (name, Kind, good) => tried(name, make(Kind), good));

  test('options', () => {
    for (const value of bad()) {
      if (value === undefined) continue;
      for (const run of [
        () => zeros([2], { dtype: value as never }),
        () => zeros([2], { requiresGrad: value as never }),
        () => zeros([2], { device: value as never }),
        () => core.rand([2], { generator: value as never }),
        () => new nn.Linear(2, 2, { bias: value as never }),
        () => new nn.BatchNorm1d(2, { eps: value as never, momentum: value as never }),
        () => new nn.Embedding(2, 2, { paddingIdx: value as never }),
        () => new nn.LayerNorm(2, { eps: value as never }),
        () => new nn.GELU({ approximate: value as never }),
      ]) {
        let error: unknown;
        try {
          run();
        } catch (caught) {
          error = caught;
        }
        if (error !== undefined)
          expect(error, `${String((error as Error).stack)}`).toBeInstanceOf(KindlingError);
      }
    }
  });

  test('layers refuse inputs that are no tensors', () => {
    const layers = [
      new nn.ReLU(),
      new nn.Linear(2, 2),
      new nn.Dropout(),
      new nn.Flatten(),
      new nn.Softmax(0),
    ];
    for (const layer of layers) {
      for (const value of hostile) {
        expect(() => layer.forward(value as Tensor)).toThrow(core.ArgumentError);
      }
    }
  });
});

describe('what used to reach the engines', () => {
  const x = core.arange(10).float().reshape([5, 2]);
  test.each<readonly [string, () => unknown]>([
    ['slice: expected start to be an integer, got 3.5', () => x.slice(0, 3.5)],
    ['slice: expected start to be an integer, got 0.5', () => x.slice(0, 0.5, 2)],
    ['slice: expected end to be an integer, got 3.5', () => x.slice(0, 0, 5 * 0.7)],
    ['narrow: expected start to be an integer, got 0.5', () => x.narrow(0, 0.5, 4).fill_(7)],
    ['narrow: expected start to be an integer, got NaN', () => x.narrow(1, Number.NaN, 2).sum()],
    ['pad: expected padding to be integers, got [0.5, 0.5]', () => x.pad([0.5, 0.5])],
    ['newZeros: expected sizes of at least 0, got [2, -3]', () => x.newZeros([2, -3])],
    ['expand: expected sizes to be integers, got [1.5]', () => ones([1]).expand([1.5])],
    ['split: expected sizes of at least 0, got [1.5, 1.5]', () => ones([3]).split([1.5, 1.5])],
    [
      'oneHot: expected numClasses to be an integer in [0, 268435456], got 2.5',
      () => zeros([2], { dtype: 'int32' }).oneHot(2.5),
    ],
    ['newFull: expected sizes of at least 0, got [1.5, 2]', () => x.newFull([1.5, 2], 1)],
    ['tril: expected diagonal to be an integer, got 0.5', () => x.tril(0.5)],
    [
      'clamp: expected min to be a number, got a tensor of shape []',
      () => Reflect.apply(x.clamp, x, [tensor(0)]),
    ],
    [
      'narrow: expected start to be an integer, got a tensor of shape []',
      () => Reflect.apply(x.narrow, x, [0, tensor(0), 1]),
    ],
  ])('%s', (message, run) => {
    expect(run).toThrow(message);
    expect(run).toThrow(KindlingError);
  });

  test('positions count and clamp as in Python', () => {
    expect(x.slice(0, -2).toArray()).toEqual([
      [6, 7],
      [8, 9],
    ]);
    expect(x.slice(0, -100, 100).shape).toEqual([5, 2]);
    expect(x.slice(0, 4, 2).shape).toEqual([0, 2]);
    expect(() => x.narrow(0, 3, 3)).toThrow(core.ShapeError);
    expect(() => x.narrow(0, -6, 1)).toThrow(core.ShapeError);
  });

  test('a shape stays what it was when the array that it came from is changed', () => {
    const sizes = [2, 3];
    const made = zeros(sizes);
    sizes[0] = 1000;
    expect(made.shape).toEqual([2, 3]);
    expect(made.toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  test('random forms of tensors are built as described', () => {
    const form = tensorForm(new Draws(3), {
      dtype: 'float32',
      shape: [2, 3],
      state: 'live',
      layout: 'transposed',
    });
    expect((buildAll(form, backend()) as Tensor).strides).toEqual([1, 2]);
  });
});

describe('sizes beyond what an engine takes', () => {
  const limit = /^allocate: expected a tensor of at most [\d.]+ GiB \(\d+ bytes\) on cpu, got shape \[/;
  test.each<readonly [string, () => unknown]>([
    ['zeros', () => zeros([2 ** 30])],
    ['zeros of one byte each', () => zeros([2 ** 32], { dtype: 'bool' })],
    ['zeros of 8 TiB', () => zeros([2 ** 20, 2 ** 20])],
    [
      'expand and copy',
      () =>
        zeros([1])
          .expand([2 ** 33])
          .clone(),
    ],
    [
      'data of a view',
      () =>
        zeros([1])
          .expand([2 ** 33])
          .data(),
    ],
    [
      'sum of a view',
      () =>
        zeros([1])
          .expand([2 ** 20, 2 ** 20])
          .sum(),
    ],
    [
      'tril of a view',
      () =>
        zeros([1, 1])
          .expand([2 ** 20, 2 ** 20])
          .tril(),
    ],
    ['oneHot', () => zeros([8], { dtype: 'int32' }).oneHot(2 ** 28)],
    ['repeat', () => ones([2]).repeat([2 ** 32])],
    ['rand', () => core.rand([2 ** 40])],
    ['randn', () => core.randn([2 ** 31])],
    ['Linear', () => new nn.Linear(784, 1e12)],
    ['Embedding', () => new nn.Embedding(1e12, 1)],
    [
      'matmul',
      () =>
        zeros([1, 1])
          .expand([2 ** 20, 1])
          .matmul(zeros([1, 1]).expand([1, 2 ** 20])),
    ],
  ])('%s is refused, and the limit named', (_, run) => {
    expect(run).toThrow(core.DeviceError);
    expect(run).toThrow(limit);
  });

  test.each<readonly [string, () => unknown]>([
    ['arange', () => core.arange(1e12)],
    ['linspace', () => core.linspace(0, 1, 1e12)],
    ['eye', () => core.eye(2 ** 20)],
    ['randperm', () => core.randperm(2 ** 40)],
    ['a shape of more than 2^53 elements', () => zeros([2 ** 40, 2 ** 40])],
    ['a view of more than 2^53 elements', () => zeros([1]).expand([2 ** 40, 2 ** 40])],
  ])('%s is refused', (_, run) => {
    expect(run).toThrow(KindlingError);
  });
});
