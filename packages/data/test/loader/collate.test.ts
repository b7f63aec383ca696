import { runInNewContext } from 'node:vm';
import { ArgumentError, ShapeError, type Tensor, tensor, zeros } from '@kindling/core';
import { expect, expectTypeOf, test } from 'vitest';
import { collate } from '../../src/loader/collate.ts';

test('numbers, booleans and strings', () => {
  const x = collate([1.5, 2]);
  expectTypeOf(x).toEqualTypeOf<Tensor>();
  expect([x.dtype, x.toArray()]).toEqual(['float32', [1.5, 2]]);
  const flags = collate([true, false]);
  expect([flags.dtype, flags.toArray()]).toEqual(['bool', [true, false]]);
  expectTypeOf(collate(['a', 'b'])).toEqualTypeOf<string[]>();
  expect(collate(['a', 'b'])).toEqual(['a', 'b']);
});

test('tensors and typed arrays keep their dtype and get a first axis', () => {
  const tensors = collate([tensor([1, 2], { dtype: 'int32' }), tensor([3, 4], { dtype: 'int32' })]);
  expect([tensors.dtype, tensors.toArray()]).toEqual([
    'int32',
    [
      [1, 2],
      [3, 4],
    ],
  ]);
  const arrays = collate([Uint8Array.of(1, 2), Uint8Array.of(3, 4)]);
  expectTypeOf(arrays).toEqualTypeOf<Tensor>();
  expect([arrays.dtype, arrays.shape]).toEqual(['uint8', [2, 2]]);
});

test('a tuple is collated part by part, arrays of numbers in it are rows', () => {
  const samples: (readonly [number[], boolean, number[][]])[] = [
    [[0, 1], true, [[1], [2]]],
    [[1, 0], false, [[3], [4]]],
  ];
  const [x, y, z] = collate(samples);
  expectTypeOf(x).toEqualTypeOf<Tensor>();
  expect(x.toArray()).toEqual([
    [0, 1],
    [1, 0],
  ]);
  expect(y.dtype).toBe('bool');
  expect(z.shape).toEqual([2, 2, 1]);
});

test('an object is collated field by field', () => {
  const batch = collate([
    { label: 7, image: Uint8Array.of(0, 255), name: 'a', pair: [zeros([3]), 1] as const },
    { label: 3, image: Uint8Array.of(9, 8), name: 'b', pair: [zeros([3]), 2] as const },
  ]);
  expectTypeOf(batch).toEqualTypeOf<{
    label: Tensor;
    image: Tensor;
    name: string[];
    pair: [Tensor, Tensor];
  }>();
  expect(batch.label.toArray()).toEqual([7, 3]);
  expect(batch.image.toArray()).toEqual([
    [0, 255],
    [9, 8],
  ]);
  expect(batch.name).toEqual(['a', 'b']);
  expect(batch.pair.map((x) => x.shape)).toEqual([[2, 3], [2]]);
});

test.each<[unknown[], string]>([
  [[1, 'a'], 'collate: expected the sample to be a number as in the first sample, got a string'],
  [[[1, 2], [1]], 'collate: expected the sample to be of 2 parts, got an array of 1'],
  [
    [
      [1, 2],
      [1, null],
    ],
    'collate: expected part 1 of the sample to be a number as in the first sample, got null',
  ],
  [
    [{ a: 1 }, { b: 1 }],
    'collate: expected "a" of the sample to be a number as in the first sample, got undefined',
  ],
  [[[1], { 0: 1 }], 'collate: expected the sample to be an array of 1 as in the first sample, got an object'],
  [
    [undefined],
    'collate: expected the sample to be a tensor, number, boolean or string, or an array or object of those, got undefined',
  ],
  [
    [Promise.resolve(1)],
    'collate: expected the sample to be a tensor, number, boolean or string, or an array or object of those, got a promise',
  ],
])('%j is refused', (samples, message) => {
  const run = () => collate(samples);
  expect(run).toThrow(ArgumentError);
  expect(run).toThrow(message);
});

test('tensors of different shapes are refused', () => {
  expect(() => collate([zeros([2]), zeros([3])])).toThrow(ShapeError);
});

test('integers are class indices, others are float32', () => {
  const samples = [
    [[0.5, 1], 3],
    [[2, 3], 0],
  ] as const;
  const [features, labels] = collate(samples);
  expect([features.dtype, labels.dtype]).toEqual(['float32', 'int32']);
  expect(labels.toArray()).toEqual([3, 0]);
  for (const [values, dtype] of [
    [[1, 2.5], 'float32'],
    [[1, -0], 'float32'],
    [[1, 2 ** 31], 'float32'],
    [[1, Number.NaN], 'float32'],
    [[-(2 ** 31), 2 ** 31 - 1], 'int32'],
  ] as const) {
    expect(collate(values).dtype, String(values)).toBe(dtype);
  }
});

test('typed arrays of every class, also of another realm, are read as what they are', () => {
  const foreign = runInNewContext('[new Int16Array([-1, 2]), new Int16Array([3, -4])]') as Int16Array[];
  const batch = collate(foreign.map((row) => [row] as const))[0];
  expect([batch.dtype, batch.toArray()]).toEqual([
    'int32',
    [
      [-1, 2],
      [3, -4],
    ],
  ]);
});
