import { describe, expect, test } from 'vitest';
import { ArgumentError, AutogradError, noGrad, ones, type Tensor, tensor, zeros } from '../../src/index.ts';
import { int, leaf } from './set-up.ts';

describe('in-place operations', () => {
  test('read a part of what they write, as it was', () => {
    for (const [shift, expected] of [
      [(x: Tensor): Tensor => x.slice(0, 0, 3).add_(x.slice(0, 1)), [3, 5, 7, 4]],
      [(x: Tensor): Tensor => x.slice(0, 1).add_(x.slice(0, 0, 3)), [1, 3, 5, 7]],
      [(x: Tensor): Tensor => x.add_(x.flip(0)), [5, 5, 5, 5]],
      [(x: Tensor): Tensor => x.reshape(2, 2).add_(x.reshape(2, 2).t()), [2, 5, 5, 8]],
      [(x: Tensor): Tensor => x.mul_(x), [1, 4, 9, 16]],
      [(x: Tensor): Tensor => x.add_(x.select(0, 3)), [5, 6, 7, 8]],
    ] as const) {
      const x = tensor([1, 2, 3, 4]);
      shift(x);
      expect(x.toArray()).toEqual(expected);
    }
  });

  test('write nothing that several elements share, but one value for all', () => {
    const shared = tensor([1]).expand(3);
    expect(() => shared.add_(1)).toThrow('add_: expected a tensor whose elements do not share memory');
    expect(() => shared.copy_(tensor([1, 2, 3]))).toThrow(ArgumentError);
    shared.fill_(5);
    expect(shared.toArray()).toEqual([5, 5, 5]);
    expect(
      tensor([[1]])
        .expand(1, 1)
        .add_(1)
        .item(),
    ).toBe(2);
  });

  test('keep the dtype, and its kind', () => {
    expect(int([5]).add_(2).dtype).toBe('int32');
    expect(
      tensor([1.5])
        .add_(int([2]))
        .toArray(),
    ).toEqual([3.5]);
    expect(
      int([250], 'uint8')
        .add_(int([10]))
        .toArray(),
    ).toEqual([4]);
    expect(() => int([1]).add_(tensor([0.5]))).toThrow(
      'add_: expected a result that fits int32, got float32',
    );
    expect(() => tensor([true]).add_(int([1]))).toThrow('expected a result that fits bool, got int32');
    expect(tensor([1], { dtype: 'float32' }).add_(tensor([2], { dtype: 'float64' })).dtype).toBe('float32');
  });

  test('of leaves are refused where gradients are recorded alone', () => {
    const x = leaf([1]);
    expect(() => x.mul_(2)).toThrow(AutogradError);
    expect(noGrad(() => x.mul_(2)).toArray()).toEqual([2]);
    expect(tensor([1]).mul_(2).toArray()).toEqual([2]);
    expect(x.mul(1).mul_(3).requiresGrad).toBe(true);
  });
});

test('a composition in place refuses what it may not change before it computes anything', () => {
  const leaf = zeros([2], { requiresGrad: true });
  const outside = tensor([7], { dtype: 'int32' });
  expect(() => leaf.scatterAdd_(0, outside, ones([1]))).toThrow('got a leaf that requires grad');
  expect(() =>
    zeros([1])
      .expand([2])
      .scatterAdd_(0, outside, ones([1])),
  ).toThrow('do not share memory');
});
