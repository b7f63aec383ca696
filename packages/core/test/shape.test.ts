import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArgumentError, arange, DTypeError, ShapeError, tensor, zeros } from '../src/index.ts';
import {
  broadcastShapes,
  broadcastStrides,
  contiguousStrides,
  inferShape,
  isContiguous,
  numel,
  viewStrides,
} from '../src/shape.ts';

const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
const filledShape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

/** A shape with the same number of elements, made by splitting and merging axes. */
const regrouped = (count: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 5 }).map((factors) => {
    const result: number[] = [];
    let rest = count;
    for (const factor of factors) {
      if (rest % factor === 0) {
        result.push(factor);
        rest /= factor;
      }
    }
    return [...result, rest];
  });

describe('shapes', () => {
  test('row-major strides are contiguous', () => {
    fc.assert(fc.property(shape, (s) => isContiguous(s, contiguousStrides(s))));
  });

  test('broadcasting is symmetric, and repeats through stride 0', () => {
    fc.assert(
      fc.property(filledShape, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), (s, mask) => {
        const narrow = s.map((size, d) => (mask[d] ? 1 : size));
        expect(broadcastShapes('add', s, narrow)).toEqual(s);
        expect(broadcastShapes('add', narrow, s)).toEqual(s);
        const strides = broadcastStrides(narrow, contiguousStrides(narrow), s);
        s.forEach((size, d) => {
          if (narrow[d] !== size) expect(strides[d]).toBe(0);
        });
      }),
    );
  });

  test('reshape and view agree with a copy, on any layout', () => {
    const cases = filledShape.chain((s) =>
      fc.tuple(
        fc.constant(s),
        fc.shuffledSubarray([...s.keys()], { minLength: s.length }),
        regrouped(numel(s)),
      ),
    );
    fc.assert(
      fc.property(cases, ([s, order, target]) => {
        const x = arange(numel(s)).reshape(s).permute(order);
        const expected = x.clone().data();
        const y = x.reshape(target);
        expect(y.shape).toEqual(target);
        expect(y.data()).toEqual(expected);
        const strides = viewStrides(x.shape, x.strides, target);
        expect(y.storage === x.storage).toBe(strides !== undefined);
        if (strides === undefined) expect(() => x.view(target)).toThrow(ShapeError);
      }),
    );
  });

  test('slices read every step-th position', () => {
    const args = fc.record({
      size: fc.integer({ min: 0, max: 9 }),
      start: fc.integer({ min: -12, max: 12 }),
      end: fc.option(fc.integer({ min: -12, max: 12 }), { nil: undefined }),
      step: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(args, ({ size, start, end, step }) => {
        const expected = Array.from({ length: size }, (_, i) => i)
          .slice(start, end)
          .filter((_, i) => i % step === 0);
        expect(arange(size).slice(0, start, end, step).toArray()).toEqual(expected);
      }),
    );
  });

  test('one size may be inferred', () => {
    expect(inferShape('reshape', [2, -1], 6)).toEqual([2, 3]);
    expect(() => inferShape('reshape', [4, -1], 6)).toThrow(
      'reshape: expected a shape of 6 elements, got [4, -1]',
    );
    expect(() => inferShape('reshape', [-1, -1], 6)).toThrow('at most one -1');
    expect(() => inferShape('reshape', [0, -1], 0)).toThrow('determines -1');
  });
});

describe('messages name the operation, what was expected and what came', () => {
  const x = zeros([2, 3]);
  test.each<[() => unknown, new (m: string) => Error, string]>([
    [
      () => x.matmul(zeros([2, 3])),
      ShapeError,
      'matmul: expected inner dimensions to agree, got [2, 3] and [2, 3]',
    ],
    [() => x.add(zeros([4])), ShapeError, 'add: expected shapes that broadcast, got [2, 3] and [4]'],
    [() => x.sum(2), ShapeError, 'sum: expected a dim in [-2, 1], got 2'],
    [() => x.sum([0, 0]), ShapeError, 'sum: expected each dim once, got dim 0 twice in [0, 0]'],
    [() => x.reshape(4), ShapeError, 'reshape: expected a shape of 6 elements, got [4]'],
    [() => x.item(), ShapeError, 'item: expected a tensor of one element, got shape [2, 3]'],
    [() => x.select(1, 3), ShapeError, 'select: expected an index in [-3, 2], got 3'],
    [() => x.narrow(1, 2, 2), ShapeError, 'narrow: expected a range within [0, 3), got start 2 and length 2'],
    [() => x.permute(0, 0), ShapeError, 'permute: expected each of 2 dims once, got [0, 0]'],
    [() => x.expand(2, 4), ShapeError, 'expand: expected a shape that [2, 3] broadcasts to, got [2, 4]'],
    [() => x.slice(0, 0, 2, 0), ArgumentError, 'slice: expected a step of at least 1, got 0'],
    [() => x.int().mean(), DTypeError, 'mean: expected a floating-point tensor, got int32 of shape [2, 3]'],
    [() => x.bool().neg(), DTypeError, 'neg: expected a numeric tensor, got bool'],
    [() => x.where(x, 0), DTypeError, 'where: expected a bool condition, got float32'],
    [
      () => x.indexSelect(0, tensor([2], { dtype: 'int32' })),
      ShapeError,
      'indexSelect: expected indices in [0, 1], got 2',
    ],
    [
      () => x.indexSelect(0, tensor([1])),
      DTypeError,
      'indexSelect: expected an int32 or uint8 index, got float32',
    ],
    [() => x.to('float16'), Error, 'device: expected one of auto, cpu'],
    [() => tensor([[1, 2], [3]]), ShapeError, 'tensor: expected length 2 at index [1], got length 1'],
    [
      () => tensor(new Float32Array(3), { shape: [2] }),
      ShapeError,
      'tensor: expected 2 elements for shape [2], got 3',
    ],
    [() => x.dropout(1.5), ArgumentError, 'dropout: expected a probability in [0, 1], got 1.5'],
    [() => x.topk(4), ShapeError, 'topk: expected k in [0, 3], got 4'],
  ])('%#', (fn, type, message) => {
    expect(fn).toThrow(type);
    expect(fn).toThrow(message);
  });
});
