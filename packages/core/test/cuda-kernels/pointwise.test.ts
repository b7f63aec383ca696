import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DType } from '../../src/dtype.ts';
import { type Case, run } from '../random-calls/case.ts';
import { agreement, compare, rounding, within } from '../random-calls/compare.ts';
import { listOf } from '../random-calls/indexing.ts';
import { anyDType, anyShape, type StoredView } from '../random-calls/operand.ts';
import { binary, copy, mixed, move, unary, where, wideCopy } from '../random-calls/pointwise.ts';
import { cuda } from './engine.ts';

/** Contiguous elements of lengths around what threads and blocks take, at starts that are aligned and not. */
const flatShape = fc.oneof(
  fc.integer({ min: 1, max: 9 }).map((n) => [n]),
  fc.integer({ min: 1020, max: 1030 }).map((n) => [n]),
  fc.constant([3, 700]),
);

const shapes = fc.oneof(anyShape, flatShape);
/** Kernels of float32 take four elements a thread where they can. */
const dtypes = fc.oneof(anyDType, fc.constant<DType>('float32'));

const agrees = within(rounding);
const property = agreement(() => cuda!, agrees);

describe.skipIf(cuda === undefined)('element-wise kernels agree with the reference', () => {
  test('copies and conversions', () => property(copy({ dtypes: anyDType, shapes }), 60));
  test('contiguous copies and fills', () => property(move({ dtypes: anyDType, shapes: flatShape }), 40));
  test('floats beyond 32 bits become integers modulo 2^32', () => property(wideCopy, 20));
  test('unary functions', () => property(unary({ dtypes, shapes }), 120));
  test('binary functions', () => property(binary({ dtypes, shapes }), 120));
  test('comparisons of different dtypes', () => property(mixed({ dtypes: anyDType, shapes: anyShape }), 40));
  test('where', () => property(where({ dtypes: anyDType, shapes }), 60));

  test('an output may be its input', () => {
    const x = Float32Array.from({ length: 1030 }, (_, i) => i - 500);
    const call: Case = {
      kind: 'unary',
      out: listOf('float32', x),
      inputs: ['out'],
      attributes: { op: 'neg', parameters: [] },
    };
    expect(run(call, cuda!)).toEqual(x.map((value) => -value));
  });

  test('more axes than a launch walks, none of which merge', () => {
    const shape = [2, 2, 2, 2, 2, 2, 2, 2, 3];
    const strides = [1, 2, 4, 8, 16, 32, 64, 128, 256].reverse();
    strides.sort((a, b) => (a % 7) - (b % 7) || a - b);
    const memory = Float32Array.from({ length: 3000 }, (_, i) => i);
    const input: StoredView = { dtype: 'float32', shape, strides, offset: 0, memory };
    const out: StoredView = {
      ...input,
      strides: [384, 192, 96, 48, 24, 12, 6, 3, 1],
      memory: new Float32Array(768),
    };
    compare({ kind: 'copy', out, inputs: [input], attributes: {} }, cuda!, agrees);
  });
});
