import { ArgumentError, type Tensor, tensor, zeros } from '@kindling/core';
import { Adam, clipGradNorm, SGD } from '@kindling/train';
import { describe, expect, test } from 'vitest';
import { leaf } from './set-up.ts';

describe('numbers at the limits', () => {
  test('a NaN gradient is NaN in all that amsgrad keeps, by kernel and by operations', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const param = tensor([1, 2, 3], { dtype, requiresGrad: true });
      const optimizer = new Adam([param], { lr: 0.1, amsgrad: true });
      const step = (gradient: number[]): void => {
        param.grad = tensor(gradient, { dtype });
        optimizer.step();
      };
      step([1, 1, 1]);
      step([1, Number.NaN, 1]);
      step([1, 1, 1]);
      const { state } = optimizer.stateDict();
      for (const name of ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq']) {
        expect(Array.from((state['0']![name] as Tensor).data(), Number.isNaN), name).toEqual([
          false,
          true,
          false,
        ]);
      }
      expect(Array.from(param.data(), Number.isNaN)).toEqual([false, true, false]);
    }
  });

  test('gradients of norm 0 stay 0 when they are clipped', () => {
    const params = [leaf([1, 2]), leaf([3])];
    for (const param of params) param.grad = zeros(param.shape);
    for (const normType of [1, 2, Number.POSITIVE_INFINITY]) {
      expect(clipGradNorm(params, 1, { normType }).item()).toBe(0);
      expect(params.map(({ grad }) => grad?.toArray())).toEqual([[0, 0], [0]]);
    }
    expect(clipGradNorm(params, 0).item()).toBe(0);
    expect(params[0]!.grad?.toArray()).toEqual([0, 0]);
  });

  test('nesterov with dampening is refused', () => {
    const make = (dampening: number, momentum = 0.9): SGD =>
      new SGD([leaf([1])], { lr: 0.1, momentum, dampening, nesterov: true });
    expect(() => make(0.1)).toThrow(
      'SGD: expected momentum above 0 and dampening 0 with nesterov, got 0.9 and 0.1',
    );
    expect(() => make(0, 0)).toThrow(ArgumentError);
    expect(make(0).paramGroups[0].nesterov).toBe(true);
  });

  test('the first group needs no check', () => {
    const optimizer = new SGD([leaf([1])], { lr: 0.5 });
    const lr: number = optimizer.paramGroups[0].lr;
    optimizer.addParamGroup({ params: [leaf([2])], lr: 0.25 });
    expect([lr, optimizer.paramGroups[1]?.lr]).toEqual([0.5, 0.25]);
  });
});
