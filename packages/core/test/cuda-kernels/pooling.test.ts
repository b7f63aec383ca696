import fc from 'fast-check';
import { describe, test } from 'vitest';
import { compareBatchNorm } from '../random-calls/batch-norm.ts';
import { cases } from '../random-calls/compare.ts';
import { comparePooling, geometry, square } from '../random-calls/pooling.ts';
import { cuda } from './engine.ts';

const dtypes = ['float32', 'float64'] as const;

describe.skipIf(cuda === undefined)('pooling on a GPU', () => {
  test.each(dtypes)('of any geometry is that of the definition, %s', (dtype) => {
    fc.assert(
      fc.property(geometry(9), fc.boolean(), (g, withNaN) => comparePooling(cuda!, g, dtype, withNaN)),
      { numRuns: cases(30) },
    );
  });

  test.each([
    ['halves of 28', square(3, 28, 2)],
    ['3 × 3, every second', square(2, 33, 3, 2, 1)],
    ['a whole plane', square(3, 7, 7)],
  ])('%s', (_, g) => {
    for (const dtype of dtypes) comparePooling(cuda!, g, dtype);
  });
});

describe.skipIf(cuda === undefined)('batchNorm on a GPU agrees with its composite definition', () => {
  const shapes = [
    [2, 1],
    [70, 3],
    [3, 70],
    [5000, 2],
    [2, 3, 5],
    [4, 5, 3, 7],
    [40, 2, 30, 30],
  ];
  test.each(shapes.flatMap((shape) => dtypes.map((dtype) => [shape, dtype] as const)))(
    '[%s] %s',
    (shape, dtype) => {
      for (const affine of [0, 1, 2]) compareBatchNorm(cuda!, shape, dtype, affine);
    },
  );
});
