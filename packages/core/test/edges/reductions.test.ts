import { describe, expect, test } from 'vitest';
import { arange, type Tensor, tensor, zeros } from '../../src/index.ts';
import { leaf } from './set-up.ts';

describe('reductions over nothing, and of what is none', () => {
  const none = zeros([2, 0]);

  test('norms', () => {
    const x = tensor([
      [3, -4],
      [0, 0],
    ]);
    const norm = (p: number, dim?: number): unknown => x.norm(p, dim).toArray();
    expect([norm(2), norm(1), norm(0), norm(Number.POSITIVE_INFINITY)]).toEqual([5, 7, 2, 4]);
    expect(norm(Number.NEGATIVE_INFINITY, 1)).toEqual([3, 0]);
    expect(norm(2, 1)).toEqual([5, 0]);
    expect(x.norm(Number.POSITIVE_INFINITY, 1, { keepdim: true }).toArray()).toEqual([[4], [0]]);
    expect(x.norm(Number.NEGATIVE_INFINITY, 0, { keepdim: true }).shape).toEqual([1, 2]);
    expect(x.norm(1, 0, { keepdim: true }).shape).toEqual([1, 2]);
    expect(x.norm(0, 0, { keepdim: true }).toArray()).toEqual([[1, 1]]);
    for (const p of [0, 0.5, 1, 2]) expect(none.norm(p).item()).toBe(0);
    for (const p of [-1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
      expect(() => none.norm(p)).toThrow('norm: expected at least one element for p = ');
      expect(none.norm(p, 0).shape).toEqual([0]);
    }
    const zero = leaf([0, 0]);
    zero.norm().backward();
    expect(zero.grad!.toArray()).toEqual([0, 0]);
  });

  test('log sums of exponentials', () => {
    expect(none.logsumexp(1).toArray()).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(none.logsumexp(1, { keepdim: true }).shape).toEqual([2, 1]);
    const low = Number.NEGATIVE_INFINITY;
    expect(tensor([low, low]).logsumexp(0).item()).toBe(low);
    expect(tensor([-low, 1]).logsumexp(0).item()).toBe(-low);
    expect(
      tensor([[1000, 1000]])
        .logsumexp(1, { keepdim: true })
        .toArray(),
    ).toEqual([[Math.fround(1000 + Math.LN2)]]);
  });

  test('largest and smallest of each line, and where', () => {
    const x = tensor([
      [1, 5, 5],
      [7, 2, 7],
    ]);
    const both = ({ values, indices }: { values: Tensor; indices: Tensor }): unknown[] => [
      values.toArray(),
      indices.toArray(),
    ];
    expect(both(x.max(1))).toEqual([
      [5, 7],
      [1, 0],
    ]);
    expect(both(x.min(0, { keepdim: true }))).toEqual([[[1, 2, 5]], [[0, 1, 0]]]);
    expect(both(tensor(3).max(0))).toEqual([3, 0]);
    expect([x.argmax().item(), x.argmin().item()]).toEqual([3, 0]);
    expect(x.argmax(1, { keepdim: true }).shape).toEqual([2, 1]);
    expect(both(x.topk(2, 1, { largest: false }))).toEqual([
      [
        [1, 5],
        [2, 7],
      ],
      [
        [0, 1],
        [1, 0],
      ],
    ]);
    expect(x.topk(0, 1).values.shape).toEqual([2, 0]);
    expect(x.topk(3, 1).values.shape).toEqual([2, 3]);
    for (const k of [-1, 4, 0.5]) expect(() => x.topk(k)).toThrow('topk: expected k in [0, 3]');
    expect(both(tensor(3).topk(1))).toEqual([3, 0]);
    expect(both(x.sort(1, { descending: true }))[1]).toEqual([
      [1, 2, 0],
      [0, 2, 1],
    ]);
  });

  test('sums to a shape', () => {
    const x = arange(6).reshape(1, 2, 3);
    expect(x.sumToSize([2, 3])).not.toBe(x);
    expect(x.sumToSize([2, 3]).toArray()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(x.sumToSize([1, 2, 3])).toBe(x);
    expect(x.sumToSize([3]).toArray()).toEqual([3, 5, 7]);
    expect(x.sumToSize([2, 1]).toArray()).toEqual([[3], [12]]);
    expect(x.sumToSize([]).item()).toBe(15);
    for (const shape of [[2], [1, 1, 2, 3], [3, 3]]) {
      expect(() => x.sumToSize(shape)).toThrow('sumToSize: expected a shape that broadcasts to [1, 2, 3]');
    }
  });
});
