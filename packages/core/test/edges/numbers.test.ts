import { describe, expect, test } from 'vitest';
import { ArgumentError, arange, DTypeError, ones, tensor, where, zeros } from '../../src/index.ts';
import { int, leaf } from './set-up.ts';

describe('numbers beside integers', () => {
  test('must be numbers that their dtype holds, where one of both is the result', () => {
    const bytes = int([1, 200], 'uint8');
    expect(bytes.maximum(255).toArray()).toEqual([255, 255]);
    expect(bytes.minimum(0).toArray()).toEqual([0, 0]);
    for (const value of [256, -1]) {
      expect(() => bytes.maximum(value)).toThrow(ArgumentError);
      expect(() => bytes.minimum(value)).toThrow(ArgumentError);
    }
    expect(() => int([1]).maximum(2 ** 31)).toThrow(ArgumentError);
    expect(
      int([1])
        .minimum(-(2 ** 31))
        .toArray(),
    ).toEqual([-(2 ** 31)]);
    expect(bytes.maximum(1.5).dtype).toBe('float32');
    expect(bytes.add(256).toArray()).toEqual([1, 200]);
    expect(() => where(tensor([true]), int([1]), 2 ** 31)).toThrow(ArgumentError);
    expect(where(tensor([true, false]), int([1, 1]), 2 ** 31 - 1).toArray()).toEqual([1, 2 ** 31 - 1]);
  });

  test('bound them where they can', () => {
    const bytes = int([1, 200], 'uint8');
    expect(bytes.clamp(-5, 300).toArray()).toEqual([1, 200]);
    expect(bytes.clamp(0, 255).toArray()).toEqual([1, 200]);
    expect(bytes.clamp(2, 199).toArray()).toEqual([2, 199]);
    expect(bytes.clamp(undefined, 0).toArray()).toEqual([0, 0]);
    expect(bytes.clamp(255).toArray()).toEqual([255, 255]);
    expect(() => bytes.clamp(256)).toThrow(ArgumentError);
    expect(() => bytes.clamp(undefined, -1)).toThrow(ArgumentError);
    expect(bytes.clamp(1.5).dtype).toBe('float32');
    const [x] = [leaf([-1, 0, 1, 2])];
    x.clamp(0, 1).sum().backward();
    expect(x.grad!.toArray()).toEqual([0, 0, 0, 0]);
    const y = leaf([-1, 0.5, 2]);
    y.clamp(0, 1).sum().backward();
    expect(y.grad!.toArray()).toEqual([0, 1, 0]);
    expect(bytes.clamp(-5, 300).storage).not.toBe(bytes.storage);
  });

  test('are none for bools', () => {
    expect(() => tensor([true]).sub(1)).toThrow('sub: expected numeric operands, got bool and 1');
    expect(() => tensor([true]).sub(tensor([true]))).toThrow(DTypeError);
    expect(tensor([true]).add(1).toArray()).toEqual([2]);
    expect(
      tensor([true, false])
        .add(tensor([false, false]))
        .toArray(),
    ).toEqual([true, false]);
    expect(
      tensor([true, false])
        .mul(tensor([true, true]))
        .toArray(),
    ).toEqual([true, false]);
    expect(() => tensor([true]).div(tensor([true]))).not.toThrow();
    expect(() => tensor([true]).pow(tensor([true]))).toThrow(DTypeError);
  });
});

describe('a dtype that there is none of', () => {
  test.each<[string, (dtype: never) => unknown]>([
    ['tensor', (dtype) => tensor([1], { dtype })],
    ['tensor', (dtype) => tensor(Float32Array.of(1), { dtype })],
    ['zeros', (dtype) => zeros([1], { dtype })],
    ['ones', (dtype) => ones([1], { dtype })],
    ['arange', (dtype) => arange(0, 3, 1, { dtype })],
  ])('is refused by name in %s', (name, make) => {
    for (const dtype of ['float16', 'toString', 7]) {
      expect(() => make(dtype as never)).toThrow(DTypeError);
      expect(() => make(dtype as never)).toThrow(`${name}: expected a dtype among bool, `);
    }
  });
});
