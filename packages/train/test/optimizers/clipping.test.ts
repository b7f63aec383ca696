import { type Tensor, tensor, zeros } from '@kindling/core';
import { clipGradNorm, clipGradValue } from '@kindling/train';
import { describe, expect, test } from 'vitest';

describe('clipping', () => {
  const withGradients = (...gradients: (number[] | null)[]): Tensor[] =>
    gradients.map((gradient) => {
      const param = zeros([gradient?.length ?? 1], { requiresGrad: true });
      param.grad = gradient === null ? null : tensor(gradient);
      return param;
    });

  test('the norm is that of all gradients together', () => {
    const params = withGradients([3, 0], null, [0, 4]);
    const norm = clipGradNorm(params, 1);
    expect(norm.item()).toBe(5);
    expect(params[0]!.grad!.data()[0]).toBeCloseTo(0.6, 6);
    expect(params[2]!.grad!.data()[1]).toBeCloseTo(0.8, 6);
    expect(clipGradNorm(params, 10, { normType: Number.POSITIVE_INFINITY }).item()).toBeCloseTo(0.8, 6);
  });

  test('without gradients there is nothing to do', () => {
    expect(clipGradNorm(withGradients(null), 1).item()).toBe(0);
    expect(() => clipGradValue(withGradients(null), 1)).not.toThrow();
  });

  test('refuses what makes no sense', () => {
    const params = withGradients([1, Number.NaN]);
    expect(() => clipGradNorm(params, -1)).toThrow('clipGradNorm: expected a maxNorm of at least 0, got -1');
    expect(() => clipGradValue(params, Number.NaN)).toThrow(
      'clipGradValue: expected a value of at least 0, got NaN',
    );
    expect(() => clipGradNorm(params, 1, { errorIfNonfinite: true })).toThrow(
      'clipGradNorm: expected a finite norm, got NaN',
    );
    expect(params[0]!.grad!.data()[0]).toBe(1);
  });
});
