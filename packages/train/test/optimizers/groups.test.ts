import { type Tensor, tensor } from '@kindling/core';
import { SGD } from '@kindling/train';
import { describe, expect, test } from 'vitest';
import { leaf, start } from './set-up.ts';

describe('parameter groups', () => {
  test('have options of their own, and others can be added', () => {
    const [a, b] = start() as [Tensor, Tensor];
    const c = leaf([1]);
    const optimizer = new SGD([{ params: [a] }, { params: [b], lr: 1, momentum: 0.5 }], { lr: 0.1 });
    optimizer.addParamGroup({ params: [c], lr: 2 });
    expect(optimizer.paramGroups.map(({ lr, momentum }) => [lr, momentum])).toEqual([
      [0.1, 0],
      [1, 0.5],
      [2, 0],
    ]);
    for (const param of [a, b, c]) param.grad = param.detach().clone();
    optimizer.step();
    expect(a.toArray()).toEqual([[0.9, -1.8, 0.45].map(Math.fround)]);
    expect(b.toArray()).toEqual([0, 0]);
    expect(c.toArray()).toEqual([-1]);
  });

  test('parameters may come from anything that can be walked through', () => {
    const params = start();
    expect(new SGD(new Set(params).values(), { lr: 1 }).paramGroups[0]!.params).toEqual(params);
  });
});

describe('zeroGrad', () => {
  test('frees gradients, or fills them with 0', () => {
    const [a, b] = start() as [Tensor, Tensor];
    const optimizer = new SGD([a, b], { lr: 1, momentum: 0.5 });
    const grad = tensor([[1, 1, 1]]);
    a.grad = grad;
    optimizer.step();
    optimizer.zeroGrad({ setToNone: false });
    expect(a.grad).toBe(grad);
    expect(grad.toArray()).toEqual([[0, 0, 0]]);
    const before = a.data()[0]!;
    optimizer.step();
    expect(a.data()[0]).toBe(before - 0.5);
    optimizer.zeroGrad();
    expect(a.grad).toBeNull();
    expect(grad.disposed).toBe(true);
  });
});
