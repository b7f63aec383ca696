import { describe, expect, test } from 'vitest';
import { arange, ones, ShapeError, tensor, zeros } from '../../src/index.ts';
import { int, leaf } from './set-up.ts';

describe('indices', () => {
  test('of scalars, and of nothing', () => {
    expect(
      tensor(7)
        .indexSelect(0, int([0]))
        .toArray(),
    ).toBe(7);
    expect(() => tensor(7).indexSelect(0, int([0, 0]))).toThrow(
      'an index of one element for a scalar, got 2',
    );
    expect(() => ones([2]).indexSelect(0, int([[0]]))).toThrow('indexSelect: expected a 1-d index');
    expect(ones([2, 3]).indexSelect(0, int([])).shape).toEqual([0, 3]);
    expect(zeros([0, 3]).indexSelect(0, int([])).shape).toEqual([0, 3]);
    expect(() => zeros([0, 3]).indexSelect(0, int([0]))).toThrow('an index without elements for dim 0');
    expect(
      tensor(7)
        .gather(0, int([0, 0]))
        .toArray(),
    ).toEqual([7, 7]);
    expect(tensor(7).gather(0, int(0)).item()).toBe(7);
    expect(ones([2]).gather(0, zeros([0, 9], { dtype: 'int32' })).shape).toEqual([0, 9]);
  });

  test('smaller than what they pick from reach a part of it', () => {
    const x = arange(6).reshape(2, 3);
    expect(x.gather(1, int([[2]])).toArray()).toEqual([[2]]);
    expect(x.gather(0, int([[1, 0]])).toArray()).toEqual([[3, 1]]);
    expect(x.gather(1, int([[0, 0, 0, 1]])).toArray()).toEqual([[0, 0, 0, 1]]);
    expect(() => x.gather(1, int([[0], [0], [0]]))).toThrow(
      'gather: expected an index no larger than [2, 3] except in dim 1, got [3, 1]',
    );
    expect(() => x.gather(0, int([0]))).toThrow(ShapeError);
    const added = zeros([2, 3]).scatterAdd(1, int([[2]]), ones([1, 2]));
    expect(added.toArray()).toEqual([
      [0, 0, 1],
      [0, 0, 0],
    ]);
    expect(() => zeros([2, 3]).scatterAdd(1, int([[2, 2]]), ones([1, 1]))).toThrow(
      'scatterAdd: expected an index no larger than the source [1, 1], got [1, 2]',
    );
    expect(() => zeros([2, 3]).scatterAdd(1, int([[2]]), ones([1]))).toThrow(ShapeError);
    expect(() => zeros([0]).scatterAdd(0, int([0]), ones([1]))).toThrow('expected elements to add to');
    expect(
      zeros([2])
        .scatterAdd(0, zeros([0], { dtype: 'int32' }), ones([0]))
        .toArray(),
    ).toEqual([0, 0]);
    expect(() => zeros([2]).scatterAdd(0, int([0]), int([1]))).toThrow(
      'scatterAdd: expected a source of float32, got int32',
    );
  });

  test('added at give their gradient to what was added, where it was', () => {
    const source = leaf([
      [1, 2],
      [3, 4],
    ]);
    zeros([2, 3])
      .scatterAdd(1, int([[2]]), source)
      .mul(tensor([[1, 10, 100]]))
      .sum()
      .backward();
    expect(source.grad!.toArray()).toEqual([
      [100, 0],
      [0, 0],
    ]);
  });

  test('bools are counted and stay bools', () => {
    const flags = tensor([true, false, false]);
    const sum = flags.scatterAdd(0, int([0, 1]), tensor([true, true]));
    expect([sum.dtype, sum.toArray()]).toEqual(['bool', [true, true, false]]);
  });

  test('triangles of every diagonal, in batches too', () => {
    const x = ones([2, 2, 3]);
    expect(x.tril(-1).select(0, 1).toArray()).toEqual([
      [0, 0, 0],
      [1, 0, 0],
    ]);
    expect(x.triu(1).select(0, 0).toArray()).toEqual([
      [0, 1, 1],
      [0, 0, 1],
    ]);
    expect(() => ones([3]).tril()).toThrow('tril: expected at least 2 dims, got shape [3]');
  });
});
