import {
  ArgumentError,
  DTypeError,
  empty,
  Generator,
  init,
  manualSeed,
  nn,
  ones,
  rand,
  ShapeError,
  type Tensor,
  zeros,
} from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { testFloat64 } from '../float64.ts';

/* The values for a seed are checked against PyTorch in golden.test.ts. */

describe('every function', () => {
  const functions = {
    uniform: init.uniform,
    normal: init.normal,
    zeros: init.zeros,
    ones: init.ones,
    constant: (x: Tensor) => init.constant(x, 3),
    kaimingUniform: init.kaimingUniform,
    kaimingNormal: init.kaimingNormal,
    xavierUniform: init.xavierUniform,
    xavierNormal: init.xavierNormal,
  };

  test.each(Object.entries(functions))('%s overwrites a parameter in place and returns it', (_, fill) => {
    const parameter = new nn.Parameter(ones([4, 5]).mul(-77));
    expect(fill(parameter)).toBe(parameter);
    expect(Array.from(parameter.data())).not.toContain(-77);
    expect([parameter.isLeaf, parameter.requiresGrad]).toEqual([true, true]);
  });

  test.each(Object.entries(functions))('%s counts as an in-place write', (_, fill) => {
    const fresh = zeros([2, 2], { requiresGrad: true });
    const loss = fresh.square().sum();
    fill(fresh);
    expect(() => loss.backward()).toThrow('in-place');
  });
});

test('a generator of its own leaves the default one alone', () => {
  manualSeed(0);
  const undisturbed = rand([2]).toArray();
  manualSeed(0);
  const generator = new Generator(9);
  expect(init.uniform(empty([3]), -1, 1, { generator }).toArray()).toEqual([
    0.3115689754486084, -0.39595460891723633, -0.0402071475982666,
  ]);
  init.kaimingNormal(empty([3, 3]), { generator });
  init.xavierUniform(empty([3, 3]), 1, { generator });
  expect(rand([2]).toArray()).toEqual(undisturbed);
});

testFloat64('float64 tensors get float64 draws', () => {
  manualSeed(3);
  const x = empty([2, 2], { dtype: 'float64' });
  expect(init.kaimingUniform(x).toArray()).toEqual([
    [-1.6138965519264747, -0.7387535250586319],
    [0.9454050994438793, -1.126085802904295],
  ]);
  expect(init.normal(x, 1, 2).toArray()).toEqual([
    [1.0923649033695202, -1.7365183553319672],
    [1.6749901970609269, 3.0222317023583183],
  ]);
});

test('a transposed tensor is filled in the order of its own rows', () => {
  manualSeed(4);
  const expected = init.uniform(empty([2, 3])).toArray();
  manualSeed(4);
  expect(init.uniform(empty([3, 2]).t()).toArray()).toEqual(expected);
});

test('an empty tensor needs no draws', () => {
  manualSeed(6);
  const next = rand([1]).item();
  manualSeed(6);
  init.kaimingUniform(empty([3, 0]));
  init.kaimingNormal(empty([0, 3]));
  init.xavierUniform(empty([0, 0]));
  expect(rand([1]).item()).toBe(next);
});

test.each([
  ['linear', undefined, 1],
  ['sigmoid', undefined, 1],
  ['tanh', undefined, 1.6666666666666667],
  ['relu', undefined, Math.SQRT2],
  ['leakyRelu', undefined, 1.4141428569978354],
  ['leakyRelu', 0.2, 1.3867504905630728],
  ['selu', undefined, 0.75],
] as const)('calculateGain of %s with slope %s is %d', (nonlinearity, slope, gain) => {
  expect(init.calculateGain(nonlinearity, slope)).toBe(gain);
});

test('what does not fit is refused, by name', () => {
  expect(() => init.kaimingUniform(empty([3]))).toThrow(
    new ShapeError('init.kaimingUniform: expected at least 2 dims [out, in], got shape [3]'),
  );
  expect(() => init.xavierNormal(empty([]))).toThrow(
    new ShapeError('init.xavierNormal: expected at least 2 dims [out, in], got shape []'),
  );
  expect(() => init.normal(empty([2], { dtype: 'int32' }))).toThrow(
    new DTypeError('init.normal: expected a float32 or float64 tensor, got int32'),
  );
  expect(() => init.uniform(empty([2]), 1, 0)).toThrow(ArgumentError);
  expect(() => init.normal(empty([2]), 0, -1)).toThrow(ArgumentError);
});
