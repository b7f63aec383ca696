import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ArgumentError,
  compile,
  type DType,
  DTypeError,
  dynamicTensor,
  type NumericArray,
  ShapeError,
  type Tensor,
  tensor,
} from '../src/index.ts';

/** Every class of typed arrays that this Node has, what its elements are read as, and elements of it. */
const classes: readonly (readonly [name: string, DType, elements: string])[] = [
  ['Int8Array', 'int32', '[-128, 127]'],
  ['Int16Array', 'int32', '[-32768, 32767]'],
  ['Int32Array', 'int32', '[-2147483648, 2147483647]'],
  ['Uint8Array', 'uint8', '[0, 255]'],
  ['Uint8ClampedArray', 'uint8', '[0, 255]'],
  ['Uint16Array', 'int32', '[0, 65535]'],
  ['Uint32Array', 'int32', '[0, 2147483647]'],
  ['Float32Array', 'float32', '[-0.5, 3]'],
  ['Float64Array', 'float64', '[-0.1, 3]'],
  ['BigInt64Array', 'int32', '[-2147483648n, 2147483647n]'],
  ['BigUint64Array', 'int32', '[0n, 2147483647n]'],
  ...('Float16Array' in globalThis ? [['Float16Array', 'float32', '[-0.5, 3]'] as const] : []),
];

/** A realm of its own, as workers, `vm` and test runners have it: its classes are not those of this file. */
const realm = createContext({});
const elsewhere = (name: string, elements: string): NumericArray =>
  runInContext(`new ${name}(${elements})`, realm) as NumericArray;
const here = (name: string, elements: string): NumericArray =>
  new Function(`return new ${name}(${elements})`)() as NumericArray;

describe('typed arrays', () => {
  test.each(classes)('%s is read as %s, from this realm and another', (name, dtype, elements) => {
    for (const make of [here, elsewhere]) {
      const data = make(name, elements);
      const x = tensor(data);
      expect(x.dtype).toBe(dtype);
      expect(x.toArray()).toEqual(Array.from(data, Number));
      for (const wanted of ['float32', 'float64'] as const) {
        expect(tensor(data, { dtype: wanted }).toArray()).toEqual(
          Array.from(data, (value) => (wanted === 'float32' ? Math.fround(Number(value)) : Number(value))),
        );
      }
    }
  });

  test('a part of a buffer is that part', () => {
    const whole = new Int16Array([1, 2, 3, 4]);
    expect(tensor(whole.subarray(1, 3)).toArray()).toEqual([2, 3]);
    expect(tensor(Buffer.from([1, 2, 3]).subarray(1)).toArray()).toEqual([2, 3]);
  });

  test.each([
    ['Uint32Array', '[1, 2147483648]', '2147483648'],
    ['BigInt64Array', '[1n, 2147483648n]', '2147483648n'],
    ['BigInt64Array', '[1n, -(2n ** 63n)]', '-9223372036854775808n'],
    ['BigUint64Array', '[1n, 2n ** 64n - 1n]', '18446744073709551615n'],
  ])('%s beyond int32 is refused with the index', (name, elements, shown) => {
    for (const make of [here, elsewhere]) {
      expect(() => tensor(make(name, elements))).toThrow(
        `tensor: expected numbers in [-2147483648, 2147483647] for int32, got ${shown} at index [1]`,
      );
    }
    expect(tensor(here(name, elements), { dtype: 'float64' }).dtype).toBe('float64');
  });

  test('a class that says it is another is what it is', () => {
    const disguised = new Int8Array([-1, 2]);
    Object.setPrototypeOf(disguised, Float32Array.prototype);
    expect(tensor(disguised).toArray()).toEqual([-1, 2]);
    expect(() => tensor(new DataView(new ArrayBuffer(4)) as unknown as number[])).toThrow(ArgumentError);
  });
});

describe('what is no number', () => {
  const hole: number[] = [0, 1, 2];
  delete hole[1];
  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['undefined', [0, undefined], 'got undefined'],
    ['null', [0, null], 'got null'],
    ['text', [0, '1'], 'got "1"'],
    ['a bigint', [0, 1n], 'got 1n'],
    ['a hole', hole, 'got undefined'],
    ['an object', [0, {}], 'got an object'],
    ['a date', [0, new Date(0)], 'got an object'],
    ['a function', [0, () => 1], 'got a function'],
    ['a symbol', [0, Symbol('x')], 'got Symbol(x)'],
    ['a tensor', [0, tensor(1)], 'got a tensor of shape []'],
  ];
  test.each(wrong)('%s is refused with its index, for every dtype', (_, data, shown) => {
    for (const dtype of [undefined, 'bool', 'uint8', 'int32', 'float32', 'float64'] as const) {
      const options = dtype === undefined ? {} : { dtype };
      expect(() => Reflect.apply(tensor, undefined, [data, options])).toThrow(ArgumentError);
      expect(() => Reflect.apply(tensor, undefined, [data, options])).toThrow(
        `tensor: expected a number or boolean at index [1], ${shown}`,
      );
      expect(() => Reflect.apply(tensor, undefined, [[[1, 2], data], options])).toThrow(/at index \[1/);
    }
  });

  test.each(['1', null, undefined, 1n, {}, () => 1])('%s alone too', (value) => {
    expect(() => Reflect.apply(tensor, undefined, [value])).toThrow(ArgumentError);
  });

  test('lengths that differ are named with their place', () => {
    expect(() => tensor([[1, 2], [3]])).toThrow(ShapeError);
    expect(() => tensor([[1, 2], [3]])).toThrow('expected length 2 at index [1], got length 1');
    expect(() => tensor([[1], 2])).toThrow('expected length 1 at index [1], got 2');
  });
});

describe('numbers that a dtype cannot hold', () => {
  test.each([
    ['uint8', [-1, 256, 255.5, -0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300]],
    ['int32', [2 ** 31, -(2 ** 31) - 1, Number.NaN, Number.NEGATIVE_INFINITY, 1e300]],
  ] as const)('%s refuses them, from arrays of any kind', (dtype, values) => {
    for (const value of values) {
      const message = `${dtype}, got ${value} at index [0, 1]`;
      expect(() => tensor([[0, value]], { dtype })).toThrow(message);
      expect(() => tensor(Float64Array.of(0, value), { dtype, shape: [1, 2] })).toThrow(message);
    }
  });

  test('floats are cut off, and anything but 0 is true, NaN too', () => {
    expect(tensor([1.9, -1.9, -0], { dtype: 'int32' }).toArray()).toEqual([1, -1, 0]);
    expect(tensor([254.9, true], { dtype: 'uint8' }).toArray()).toEqual([254, 1]);
    expect(tensor([0, -0, 0.1, Number.NaN], { dtype: 'bool' }).toArray()).toEqual([false, false, true, true]);
    expect(tensor([1e39]).item()).toBe(Number.POSITIVE_INFINITY);
  });

  test('what goes in comes out, for any typed array', () => {
    const arrays = fc.oneof(
      fc.int8Array(),
      fc.int16Array(),
      fc.uint16Array(),
      fc.int32Array(),
      fc.uint8ClampedArray(),
    );
    fc.assert(
      fc.property(arrays, (data) => {
        expect(tensor(data).toArray()).toEqual(Array.from(data));
      }),
    );
  });
});

test('data() has the type of the dtype that it is asked for', () => {
  const floats: Float32Array = tensor([1, 2]).data('float32');
  expect(floats).toEqual(Float32Array.of(1, 2));
  const integers: Int32Array = tensor([1, 2], { dtype: 'int32' }).data('int32');
  expect(integers).toEqual(Int32Array.of(1, 2));
  expect(() => tensor([1]).data('int32')).toThrow(DTypeError);
  expect(() => tensor([1]).data('int32')).toThrow('data: expected a tensor of int32, got float32');
});

test('elements that are computed anew are read as what they are too', () => {
  const numbers = (): number[] => [1, 2];
  for (const compute of [
    () => Int32Array.of(1, 2),
    () => Float64Array.of(1, 2),
    numbers,
    () => BigInt64Array.of(1n, 2n),
  ]) {
    expect(dynamicTensor([2], compute).toArray()).toEqual([1, 2]);
    const step = compile((x: Tensor) => x.add(dynamicTensor([2], compute)));
    for (let i = 0; i < 5; i++) expect(step(tensor([10, 20])).toArray()).toEqual([11, 22]);
  }
  expect(() => dynamicTensor([2], () => [1, 2.5], { dtype: 'int32' }).toArray()).not.toThrow();
  expect(() => dynamicTensor([1], () => [256], { dtype: 'uint8' })).toThrow(ArgumentError);
});
