import {
  getDefaultDevice,
  grad,
  hessian,
  inferenceMode,
  isGradEnabled,
  jacobian,
  jvp,
  type Tensor,
  tensor,
  vjp,
} from '@kindling/core';
import { describe, expect, test } from 'vitest';

const at = (data: number[] | number[][]): Tensor => tensor(data, { device: getDefaultDevice() });
const rounded = (x: Tensor): number[] => [...x.data()].map((value) => Math.round(value * 1e4) / 1e4);

/** y₀ = x₀x₁, y₁ = sin x₀. */
const pair = (x: Tensor): Tensor =>
  x
    .index(0)
    .mul(x.index(1))
    .unsqueeze(0)
    .mul(at([1, 0]))
    .add(
      x
        .index(0)
        .sin()
        .unsqueeze(0)
        .mul(at([0, 1])),
    );

describe('jacobian', () => {
  test('has a row for each element of the output', () => {
    const found = jacobian(pair, at([0.5, 2]));
    expect(found.shape).toEqual([2, 2]);
    expect(rounded(found)).toEqual([2, 0.5, 0.8776, 0]);
    const outer = jacobian((x) => x.unsqueeze(1).mul(x), at([1, 2]));
    expect(outer.shape).toEqual([2, 2, 2]);
    expect(rounded(outer)).toEqual([2, 0, 2, 1, 2, 1, 0, 4]);
  });

  test('is 0 where nothing depends on the input, and leaves its grad alone', () => {
    const x = at([1, 2]).requiresGrad_();
    expect(rounded(jacobian(() => at([3]), x))).toEqual([0, 0]);
    expect(x.grad).toBeNull();
  });

  test('is recorded where that is asked for', () => {
    const x = at([1, 2]).requiresGrad_();
    const found = jacobian((t) => t.pow(3), x, { createGraph: true });
    expect(grad(found.sum(), [x])[0]?.toArray()).toEqual([6, 12]);
    expect(jacobian((t) => t.pow(3), x).requiresGrad).toBe(false);
  });
});

test('hessian', () => {
  expect(rounded(hessian((x) => x.index(0).square().mul(x.index(1)), at([3, 2])))).toEqual([4, 6, 6, 0]);
  expect(rounded(hessian((x) => x.sum(), at([3, 2])))).toEqual([0, 0, 0, 0]);
  expect(() => hessian((x) => x.mul(2), at([1, 2]))).toThrow(
    'hessian: expected a function with one element, got shape [2]',
  );
});

test('vjp and jvp are products with the jacobian from both sides', () => {
  const { output, product } = vjp(pair, at([0.5, 2]), at([2, 1]));
  expect(rounded(output)).toEqual([1, 0.4794]);
  expect(rounded(product)).toEqual([4.8776, 1]);
  expect(rounded(vjp((x) => x.square().sum(), at([3])).product)).toEqual([6]);
  expect(rounded(jvp(pair, at([0.5, 2]), at([2, 1])).product)).toEqual([4.5, 1.7552]);
  expect(rounded(jvp(() => at([1]), at([1]), at([1])).product)).toEqual([0]);
  expect(() => vjp(pair, at([1, 2]))).toThrow('vjp: expected a vector of shape [2], got none');
  expect(() => jvp(pair, at([1, 2]), at([1]))).toThrow('jvp: expected a vector of shape [2], got [1]');
});

test('inferenceMode records nothing', () => {
  const x = at([1]).requiresGrad_();
  expect(inferenceMode(() => [x.mul(2).requiresGrad, isGradEnabled()])).toEqual([false, false]);
  expect(isGradEnabled()).toBe(true);
});
