import { describe, expect, test } from 'vitest';
import {
  AutogradError,
  customGradient,
  grad,
  gradcheck,
  noGrad,
  ShapeError,
  scope,
  type Tensor,
  tensor,
} from '../src/index.ts';

const leaf = (data: number | number[]): Tensor => tensor(data, { dtype: 'float64', requiresGrad: true });

/** x³ with a gradient of its own: 3x². */
const cube = customGradient('cube', {
  forward: (x: Tensor) => x.square().mul(x),
  gradient: (g, [x]) => [g.mul(x.square().mul(3))],
});

const product = customGradient('product', {
  forward: (a: Tensor, b: Tensor) => a.mul(b),
  gradient: (g, [a, b], needs) => [needs[0] ? g.mul(b) : undefined, needs[1] ? g.mul(a) : undefined],
});

describe('customGradient', () => {
  test('gives the result of forward and the gradient of gradient', () => {
    const doubled = customGradient('doubled', {
      forward: (x: Tensor) => x.mul(2),
      gradient: (g) => [g.mul(100)],
    });
    const x = leaf([1, 2]);
    const y = doubled(x);
    expect(y.toArray()).toEqual([2, 4]);
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([100, 100]);
  });

  test('agrees with differences, to the second order', () => {
    expect(gradcheck((x) => cube(x), [leaf([0.5, -2, 3])])).toBe(true);
    const slope = (x: Tensor): Tensor => grad(cube(x).sum(), [x], { createGraph: true })[0]!;
    expect(gradcheck(slope, [leaf([0.5, -2, 3])])).toBe(true);
  });

  test('sums the gradients of broadcast inputs, and skips those that need none', () => {
    const a = leaf([1, 2, 3]);
    const b = leaf(10);
    product(a, b).sum().backward();
    expect(a.grad?.toArray()).toEqual([10, 10, 10]);
    expect(b.grad?.toArray()).toBe(6);
    const constant = tensor([1, 2, 3], { dtype: 'float64' });
    product(constant, b).sum().backward();
    expect(constant.grad).toBeNull();
  });

  test('records nothing where nothing is to be recorded', () => {
    expect(cube(tensor(2)).requiresGrad).toBe(false);
    expect(noGrad(() => cube(leaf(2))).requiresGrad).toBe(false);
  });

  test('sees an input that was overwritten after the call', () => {
    const x = leaf([1, 2]);
    const y = x.mul(1);
    const z = cube(y).sum();
    y.mul_(2);
    expect(() => z.backward()).toThrow(AutogradError);
  });

  test('frees what forward made, and keeps its result and its inputs', () => {
    let temporary: Tensor | undefined;
    const f = customGradient('f', {
      forward: (x: Tensor) => {
        temporary = x.add(1);
        return temporary.mul(2);
      },
      gradient: (g) => [g.mul(2)],
    });
    const x = leaf([1]);
    const y = f(x);
    expect(temporary?.disposed).toBe(true);
    expect(y.toArray()).toEqual([4]);
    const same = customGradient('same', { forward: (t: Tensor) => t, gradient: (g) => [g] });
    const z = scope(() => same(x));
    expect(x.disposed).toBe(false);
    z.dispose();
    expect(x.toArray()).toEqual([1]);
  });

  test('passes on the errors of forward', () => {
    expect(() => product(leaf([1, 2]), leaf([1, 2, 3]))).toThrow(ShapeError);
  });
});

test('a gradient that writes into what it is given changes no later pass', () => {
  const tripled = customGradient('tripled', {
    forward: (x: Tensor) => x.mul(3),
    gradient: (g) => [g.mul_(3)],
  });
  for (let pass = 0; pass < 3; pass++) {
    const x = leaf(2);
    tripled(x).backward();
    expect(x.grad?.item()).toBe(3);
    const y = leaf(5);
    y.square().backward();
    expect(y.grad?.item()).toBe(10);
  }
});
