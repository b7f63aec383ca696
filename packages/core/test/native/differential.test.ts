import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DType } from '../../src/dtype.ts';
import { numel } from '../../src/shape.ts';
import { alongAxis, layoutUpTo, reduce } from '../random-calls/along-axis.ts';
import { agreement, compare, rounding, within } from '../random-calls/compare.ts';
import { expectRefusal, indexing, indexingKinds } from '../random-calls/indexing.ts';
import { productOf, products } from '../random-calls/matmul.ts';
import { anyDType, anyShape } from '../random-calls/operand.ts';
import { binary, copy, mixed, move, unary, where, wideCopy } from '../random-calls/pointwise.ts';
import { nativeWithExactMemory as native } from './engine.ts';

const pointwise = { dtypes: anyDType, shapes: anyShape };
const axes = {
  dtypes: anyDType,
  layouts: fc.oneof(layoutUpTo(8, 50, 8), layoutUpTo(3, 300, 150), layoutUpTo(3, 3000, 1)),
};
const matrices = {
  dtypes: fc.constantFrom<DType>('float32', 'float32', 'float64', 'int32', 'uint8'),
  sizes: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 80 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 260 }) },
  ),
};

const agrees = within(rounding);
const property = agreement(() => native!, agrees);

describe.skipIf(native === undefined)('the native engine agrees with the reference', () => {
  test('copies and conversions', () => property(copy(pointwise), 500));
  test('contiguous copies and fills', () => property(move(pointwise), 100));
  test('floats beyond 32 bits become integers modulo 2^32', () => property(wideCopy, 100));
  test('unary functions', () => property(unary(pointwise), 500));
  test('binary functions', () => property(binary(pointwise), 500));
  test('comparisons of different dtypes', () => property(mixed(pointwise), 200));
  test('where', () => property(where(pointwise), 300));
  test('reductions', () => property(reduce(axes), 300));
  test('argmax, cumsum and argsort', () => property(alongAxis(axes), 300));
  test('matrix products', () => property(products(matrices, { bias: true }), 500));

  const layouts = [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({ batch: 1, transposeA, transposeB })),
  );
  test.each<DType>(['float32', 'float64', 'int32'])('large matrix products of %s', (dtype) => {
    for (const layout of layouts) {
      for (const [m, n, k] of [
        [250, 530, 40],
        [105, 33, 1030],
      ] as const) {
        const [call] = fc.sample(productOf(dtype, { ...layout, m, n, k }), { numRuns: 1, seed: 1 });
        compare(call!, native!, agrees);
      }
    }
  });

  test('indexing', () => property(indexing(anyDType), 300));
  test.each(indexingKinds)('%s refuses an index as the reference does', (kind) =>
    expectRefusal(kind, native!),
  );
});

test('shapes in these tests fill more than one tile', () => {
  expect(fc.sample(anyShape, { numRuns: 200, seed: 1 }).some((shape) => numel(shape) > 512)).toBe(true);
});
