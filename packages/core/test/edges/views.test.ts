import { describe, expect, test } from 'vitest';
import { ArgumentError, arange, ones, ShapeError, type Tensor, tensor, zeros } from '../../src/index.ts';
import { normalizeDims } from '../../src/shape.ts';

describe('axes', () => {
  test('come in any order, and each once', () => {
    expect(normalizeDims('f', [2, 0, -2], 3)).toEqual([0, 1, 2]);
    expect(normalizeDims('f', [], 2)).toEqual([0, 1]);
    expect(normalizeDims('f', undefined, 2)).toEqual([0, 1]);
    expect(normalizeDims('f', 0, 0)).toEqual([]);
    expect(normalizeDims('f', [-1], 0)).toEqual([]);
    for (const dims of [
      [0, 1, 0],
      [2, 0, -1],
      [1, -2, 0],
    ]) {
      expect(() => normalizeDims('f', dims, 3), String(dims)).toThrow(/^f: expected each dim once, got dim /);
    }
    expect(() => normalizeDims('f', [0, -1], 0)).toThrow('got dim 0 twice');
    const x = arange(24).reshape(2, 3, 4);
    expect(x.sum([2, 0]).toArray()).toEqual([60, 92, 124]);
    expect(x.sum([2, 0], { keepdim: true }).shape).toEqual([1, 3, 1]);
    expect(x.amax([-1, 0]).toArray()).toEqual([15, 19, 23]);
  });

  test('that there are none of are refused', () => {
    const x = zeros([2, 3]);
    for (const dim of [2, -3, 0.5, Number.NaN]) expect(() => x.sum(dim)).toThrow(ShapeError);
    expect([x.sum(-2).shape, x.sum(1).shape]).toEqual([[3], [2]]);
    const scalar = tensor(5);
    expect([scalar.sum(0).item(), scalar.sum(-1).item()]).toEqual([5, 5]);
    for (const dim of [1, -2]) expect(() => scalar.sum(dim)).toThrow('expected a dim in [-1, 0]');
  });
});

describe('views at the ends of an axis', () => {
  const x = arange(12).reshape(3, 4);

  test('one position', () => {
    expect(x.select(0, -3).toArray()).toEqual([0, 1, 2, 3]);
    expect(x.select(1, 3).toArray()).toEqual([3, 7, 11]);
    for (const index of [-5, 4]) expect(() => x.select(1, index)).toThrow('expected an index in [-4, 3]');
    expect(() => tensor(1).select(0, 0)).toThrow('expected at least 1 dim');
  });

  test('some positions', () => {
    expect(x.narrow(0, -1, 1).toArray()).toEqual([[8, 9, 10, 11]]);
    expect(x.narrow(0, 3, 0).shape).toEqual([0, 4]);
    expect(x.narrow(1, 0, 4).toArray()).toEqual(x.toArray());
    for (const [start, length] of [
      [-4, 1],
      [2, 2],
      [0, -1],
      [4, 0],
    ] as const) {
      expect(() => x.narrow(0, start, length)).toThrow('narrow: expected a range within [0, 3)');
    }
    expect(x.slice(1, 1, null, 2).toArray()).toEqual([
      [1, 3],
      [5, 7],
      [9, 11],
    ]);
    expect(x.slice(0, 2, 1).shape).toEqual([0, 4]);
    for (const none of [tensor(1), tensor(true)]) {
      expect(() => none.slice(0)).toThrow('slice: expected at least 1 dim, got a scalar');
      expect(() => none.narrow(0, 0, 1)).toThrow('narrow: expected at least 1 dim, got a scalar');
    }
  });

  test('parts', () => {
    const parts = (list: readonly Tensor[]): number[] => list.map(({ shape }) => shape[1]!);
    expect(parts(x.split(3, 1))).toEqual([3, 1]);
    expect(parts(x.split(4, 1))).toEqual([4]);
    expect(parts(x.split(9, 1))).toEqual([4]);
    expect(parts(x.split([1, 0, 3], 1))).toEqual([1, 0, 3]);
    expect(x.split([1, 3], 1)[1]!.toArray()).toEqual([
      [1, 2, 3],
      [5, 6, 7],
      [9, 10, 11],
    ]);
    expect(parts(x.chunk(3, 1))).toEqual([2, 2]);
    expect(parts(zeros([1, 0]).chunk(2, 1))).toEqual([0, 0]);
    expect(() => x.split([1, 2], 1)).toThrow('split: expected sizes that sum to 4, got [1, 2]');
    for (const size of [0, -1, 1.5])
      expect(() => x.split(size)).toThrow('split: expected a size of at least 1');
    expect(() => x.chunk(0)).toThrow('chunk: expected chunks to be an integer of at least 1');
  });

  test('padding and cropping', () => {
    expect(x.pad([1, 0], 9).shape).toEqual([3, 5]);
    expect(x.pad([-1, -2]).toArray()).toEqual([[1], [5], [9]]);
    expect(x.pad([0, 0, -1, 1], 7).toArray()).toEqual([
      [4, 5, 6, 7],
      [8, 9, 10, 11],
      [7, 7, 7, 7],
    ]);
    expect(x.pad([-2, -2]).shape).toEqual([3, 0]);
    expect(() => x.pad([-2, -3])).toThrow('pad: expected a size of at least 0 in dim 1, got 4 with [-2, -3]');
    expect(() => x.pad([1])).toThrow('pad: expected pairs for at most 2 dims');
    expect(() => x.pad([1, 1, 1, 1, 1, 1])).toThrow('pad: expected pairs');
    for (const padding of [[0, 0], [-1, 0], []]) x.pad(padding).fill_(-1);
    expect(x.toArray()).toEqual(arange(12).reshape(3, 4).toArray());
  });

  test('axes merged, added, taken away and exchanged', () => {
    const y = zeros([2, 1, 3, 1]);
    expect([y.squeeze().shape, y.squeeze(1).shape, y.squeeze(0).shape]).toEqual([
      [2, 3],
      [2, 3, 1],
      [2, 1, 3, 1],
    ]);
    expect([y.unsqueeze(0).shape, y.unsqueeze(-1).shape, y.unsqueeze(4).shape]).toEqual([
      [1, 2, 1, 3, 1],
      [2, 1, 3, 1, 1],
      [2, 1, 3, 1, 1],
    ]);
    expect(() => y.unsqueeze(5)).toThrow(ShapeError);
    expect([y.flatten(1, 2).shape, y.flatten(2).shape, y.flatten(1, 1).shape]).toEqual([
      [2, 3, 1],
      [2, 1, 3],
      [2, 1, 3, 1],
    ]);
    expect(() => y.flatten(2, 1)).toThrow('flatten: expected startDim before endDim, got 2 and 1');
    expect(tensor(5).flatten().toArray()).toEqual([5]);
    expect(y.transpose(0, -2).shape).toEqual([3, 1, 2, 1]);
    expect(y.transpose(1, 1)).toBe(y);
    expect([tensor([1, 2]).t().shape, tensor(1).t().shape, x.t().shape]).toEqual([[2], [], [4, 3]]);
    expect(() => y.t()).toThrow('t: expected at most 2 dims');
    for (const dims of [
      [0, 1, 2],
      [0, 1, 2, 2],
    ])
      expect(() => y.permute(dims)).toThrow(ShapeError);
    expect(() => x.flip(0, -2)).toThrow('flip: expected each dim once');
    expect(tensor(3).flip(0).item()).toBe(3);
  });

  test('repetition', () => {
    expect(tensor([1, 2]).repeat(2, 2).toArray()).toEqual([
      [1, 2, 1, 2],
      [1, 2, 1, 2],
    ]);
    expect(tensor([1, 2]).repeat(0).shape).toEqual([0]);
    expect(() => x.repeat(2)).toThrow('repeat: expected at least 2 sizes, got [2]');
    expect(ones([1, 3]).expand(-1, 3).shape).toEqual([1, 3]);
    expect(ones([1, 3]).expand(2, 4, -1).shape).toEqual([2, 4, 3]);
    expect(ones([1]).expand(0).shape).toEqual([0]);
    for (const shape of [[3], [-1, 1, 3], [1, 4], [2, 0]]) {
      expect(() => ones([1, 3]).expand(shape), String(shape)).toThrow('expand: expected a shape that [1, 3]');
    }
  });
});

test('a view without elements has its offset within the memory, wherever it is asked to begin', () => {
  const x = arange(4);
  for (const offset of [0, 4, 9, 2 ** 40]) {
    const empty = x.asStrided([0, 3], [3, 1], offset);
    expect(empty.offset).toBeLessThanOrEqual(4);
    expect(empty.data()).toHaveLength(0);
  }
  expect(() => x.asStrided([1], [1], 4)).toThrow(ShapeError);
});

test.each([[ones([2])], [{}], ['0']])('a list of axes that is %s is refused', (dims) => {
  expect(() => ones([3]).roll(1, dims as never)).toThrow(ArgumentError);
});
