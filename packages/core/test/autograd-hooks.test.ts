import {
  AutogradError,
  getDefaultDevice,
  grad,
  ones,
  ShapeError,
  scope,
  type Tensor,
  tensor,
} from '@kindling/core';
import { describe, expect, test } from 'vitest';

const leaf = (data: number[]): Tensor => tensor(data, { requiresGrad: true, device: getDefaultDevice() });

describe('hooks of a tensor', () => {
  test('see the whole gradient, change it, and end', () => {
    const x = leaf([1, 2]);
    const y = x.mul(3);
    const seen: unknown[] = [];
    const handle = y.registerHook((g) => void seen.push(g.toArray()));
    y.registerHook((g) => g.mul(10));
    const total = y.mul(2).add(y).sum();
    total.backward({ retainGraph: true });
    expect(seen).toEqual([[3, 3]]);
    expect(x.grad?.toArray()).toEqual([90, 90]);
    handle.remove();
    handle.remove();
    total.backward();
    expect(seen.length).toBe(1);
    expect(x.grad?.toArray()).toEqual([180, 180]);
  });

  test('of a leaf come before its gradient is stored, in grad() as well', () => {
    const x = leaf([1, 2]);
    x.registerHook((g) => g.neg());
    x.square().sum().backward();
    expect(x.grad?.toArray()).toEqual([-2, -4]);
    expect(grad(x.square().sum(), [x])[0]?.toArray()).toEqual([-2, -4]);
  });

  test('are not called by grad() for what it is not asked for', () => {
    const x = leaf([1, 2]);
    const w = leaf([3, 4]);
    const scaled = w.mul(2);
    const called: string[] = [];
    x.registerHook(() => void called.push('x'));
    w.registerHook(() => void called.push('w'));
    scaled.registerHook(() => void called.push('scaled'));
    grad(x.mul(scaled).sum(), [x]);
    expect(called).toEqual(['x']);
  });

  test('may be the same function twice', () => {
    const x = leaf([1]);
    const double = (g: Tensor): Tensor => g.mul(2);
    const first = x.registerHook(double);
    x.registerHook(double);
    first.remove();
    x.sum().backward();
    expect(x.grad?.item()).toBe(2);
  });

  test('must return a gradient of the shape, and need a graph', () => {
    const x = leaf([1, 2]);
    x.registerHook(() => ones([3]));
    expect(() => x.sum().backward()).toThrow(ShapeError);
    expect(() => tensor([1]).registerHook(() => undefined)).toThrow(AutogradError);
    expect(() => x.registerHook(3 as never)).toThrow('registerHook: expected hook to be a function, got 3');
  });
});

describe('retainGrad', () => {
  test('keeps the gradient of a result, after the hooks, and adds up', () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    y.retainGrad();
    y.retainGrad();
    expect([y.retainsGrad(), x.retainsGrad()]).toEqual([true, false]);
    y.registerHook((g) => g.mul(5));
    const loss = y.square().sum();
    scope(() => loss.backward({ retainGraph: true }));
    expect(y.grad?.toArray()).toEqual([20, 40]);
    loss.backward();
    expect(y.grad?.toArray()).toEqual([40, 80]);
  });

  test('needs a graph, and leaves leaves alone', () => {
    const x = leaf([1]);
    x.retainGrad();
    expect(x.retainsGrad()).toBe(false);
    expect(() => tensor([1]).retainGrad()).toThrow(AutogradError);
  });
});
