import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import { Tensor } from '../../src/index.ts';
import { compareBatchNorm } from '../random-calls/batch-norm.ts';
import { cases } from '../random-calls/compare.ts';
import { place } from '../random-calls/operand.ts';
import { comparePooling, geometry, square } from '../random-calls/pooling.ts';
import { nativeWithExactMemory as native } from './engine.ts';

describe.skipIf(native === undefined)('pooling on the native engine', () => {
  test.each(['float32', 'float64'] as const)('of any geometry is that of the definition, %s', (dtype) => {
    fc.assert(
      fc.property(fc.oneof(geometry(9), geometry(50)), fc.boolean(), (g, withNaN) =>
        comparePooling(native!, g, dtype, withNaN),
      ),
      { numRuns: cases(60) },
    );
  });

  test.each([
    ['halves of 28', square(5, 28, 2)],
    ['halves of 14', square(5, 14, 2)],
    ['3 × 3, every second', square(2, 33, 3, 2, 1)],
    ['3 × 3, all', square(2, 40, 3, 1, 1)],
    ['a whole plane', square(3, 7, 7)],
    ['a large plane', square(1, 130, 2)],
  ])('%s', (_, g) => {
    for (const dtype of ['float32', 'float64'] as const) comparePooling(native!, g, dtype);
  });
});

describe.skipIf(native === undefined)('batchNorm on the native engine', () => {
  test('agrees with its composite definition', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 1, max: 70 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 2 }),
        fc.constantFrom('float32' as const, 'float64' as const),
        fc.constantFrom(0, 1, 2),
        (samples, channels, rest, dtype, affine) =>
          compareBatchNorm(native!, [samples, channels, ...rest], dtype, affine),
      ),
      { numRuns: cases(60) },
    );
  });

  test('far from zero, the variance keeps its digits', () => {
    const values = Float32Array.from({ length: 600 }, (_, i) => 4096 + Math.sin(i));
    values[0] = 4100;
    const on = (backend: Backend) =>
      new Tensor(
        place(
          { dtype: 'float32', shape: [2, 3, 100], strides: [300, 100, 1], offset: 0, memory: values },
          backend,
        ),
      )
        .batchNorm({ training: true })
        .data();
    const [got, wanted] = [on(native!), on(referenceBackend)];
    for (const [i, value] of wanted.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(2e-3);
  });

  test('infinities and NaN make their channel NaN, and no other', () => {
    const memory = Float32Array.of(1, 2, Number.POSITIVE_INFINITY, 3, 0, 5, Number.NaN, 4, 2, 7, 1, 9);
    const x = new Tensor(
      place({ dtype: 'float32', shape: [3, 4], strides: [4, 1], offset: 0, memory }, native!),
    );
    const y = x.batchNorm({ training: true });
    const nan = y.data().map((value) => (Number.isNaN(value) ? 1 : 0));
    expect([...nan]).toEqual([0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0]);
  });
});
