import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { backendFor } from '../../src/backend/devices.ts';
import { arithmeticOps } from '../../src/backend/kernels.ts';
import type { DType } from '../../src/dtype.ts';
import { alongAxis, layoutUpTo, reduce } from '../random-calls/along-axis.ts';
import type { Case } from '../random-calls/case.ts';
import { type Agreement, agreement } from '../random-calls/compare.ts';
import { indexing } from '../random-calls/indexing.ts';
import { products } from '../random-calls/matmul.ts';
import { binary, copy, mixed, unary, where } from '../random-calls/pointwise.ts';

/** Whether elements are added up, in float32 and in any order, so that what cancels counts. */
const isSum = ({ kind, attributes }: Case): boolean =>
  kind === 'reduce'
    ? 'op' in attributes && attributes.op === 'sum'
    : ['cumsum', 'matmul', 'indexAdd', 'scatterAdd'].includes(kind);

const agrees: Agreement = (got, wanted, test, largest) => {
  if (Object.is(got, wanted) || got === wanted) return true;
  if (test.out.dtype !== 'float32' || !Number.isFinite(got) || !Number.isFinite(wanted)) return false;
  return Math.abs(got - wanted) <= 2e-6 * Math.abs(wanted) + (isSum(test) ? 2e-6 * largest : 1.2e-38);
};

const holds = agreement(() => backendFor('tfjs'), agrees);

function property(calls: fc.Arbitrary<Case>): void {
  const before = tf.memory().numTensors;
  holds(calls, 150);
  expect(tf.memory().numTensors).toBe(before);
}

// There is no float64.
const dtypes = fc.constantFrom<DType>('bool', 'uint8', 'int32', 'float32', 'float32', 'float32');
const pointwise = { dtypes, shapes: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 }) };
const axes = { dtypes, layouts: layoutUpTo(9, 40, 9) };
const matrices = {
  dtypes: fc.constantFrom<DType>('float32', 'float32', 'float32', 'int32', 'uint8'),
  sizes: fc.integer({ min: 1, max: 9 }),
  depths: fc.integer({ min: 1, max: 50 }),
};

vi.setConfig({ testTimeout: 120_000 });

test('copies and conversions', () => property(copy(pointwise)));
test('unary functions', () => property(unary(pointwise)));
test('arithmetic', () => property(binary(pointwise, arithmeticOps)));
test('comparisons and logic of any dtypes', () => property(mixed(pointwise)));
test('where', () => property(where(pointwise)));
test('reductions', () => property(reduce(axes, ['sum', 'prod'])));
test('argmax, cumsum and argsort', () => property(alongAxis(axes)));
test('matrix products', () => property(products(matrices)));
test('indexing', () => property(indexing(dtypes)));
