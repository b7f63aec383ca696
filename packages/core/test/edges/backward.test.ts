import { describe, expect, test } from 'vitest';
import { grad, ones, tensor } from '../../src/index.ts';
import { leaf } from './set-up.ts';

describe('backward', () => {
  test('options before and behind are taken together', () => {
    const x = leaf([1, 2]);
    const y = x.square().sum();
    Reflect.apply(y.backward, y, [{ retainGraph: false }, { retainGraph: true }]);
    y.backward();
    expect(x.grad!.toArray()).toEqual([4, 8]);
  });

  test('a gradient is of the shape and on the device of its tensor', () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    expect(() => y.backward(ones([1]))).toThrow('backward: expected a gradient of shape [2], got [1]');
    expect(() => y.backward()).toThrow('backward: expected a scalar or a gradient argument');
    expect(() => tensor([1]).backward()).toThrow('backward: expected a tensor that requires grad');
    y.backward(tensor([1, 100]));
    expect(x.grad!.toArray()).toEqual([2, 200]);
    expect(() => grad(x.sum(), [tensor([1])])).toThrow('grad: expected inputs that require grad');
  });

  test('the first gradient of a leaf is its own memory, and the next is added to it', () => {
    const [a, b] = [leaf([1, 2]), leaf([3, 4])];
    const seed = tensor([1, 1]);
    a.add(b).backward(seed);
    a.grad!.fill_(9);
    expect([b.grad!.toArray(), seed.toArray()]).toEqual([
      [1, 1],
      [1, 1],
    ]);
    const { grad: first } = b;
    b.mul(2).backward(seed);
    expect(b.grad).toBe(first);
    expect(b.grad!.toArray()).toEqual([3, 3]);
    const c = leaf([[1, 2]]);
    c.expand(3, 2).sum().backward();
    c.grad!.mul_(2);
    expect(c.grad!.toArray()).toEqual([[6, 6]]);
  });

  test('a gradient of another dtype becomes that of the input', () => {
    const x = leaf([1, 2]);
    x.to('float64').mul(3).sum().backward();
    expect([x.grad!.dtype, x.grad!.toArray()]).toEqual(['float32', [3, 3]]);
  });
});
