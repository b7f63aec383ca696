import fc from 'fast-check';
import type { KernelAttributes } from '../../src/backend/kernels.ts';
import type { DType } from '../../src/dtype.ts';
import type { Case } from './case.ts';
import { type StoredView, viewOf } from './operand.ts';

interface ProductOptions {
  /** Whether a bias may be added, which not every engine does in the same call. */
  readonly bias?: boolean;
  /** Operands in such places that they can be read 16 bytes at a time. */
  readonly vectors?: boolean;
}

/** A [batch, rows, columns] operand as the kernel takes it: rows contiguous, or columns, and the batch perhaps repeated. */
function matrix(
  dtype: DType,
  [batch, rows, columns]: readonly [number, number, number],
  transposed: boolean,
  vectors: boolean,
): fc.Arbitrary<StoredView> {
  const [lines, length] = transposed ? [columns, rows] : [rows, columns];
  return fc
    .record({
      gap: fc.constantFrom(0, 0, vectors ? 4 : 3, 4),
      repeated: fc.boolean(),
      base: viewOf(dtype, [batch * lines * (length + 4)], { contiguous: true, tame: true }),
      aligned: fc.boolean(),
    })
    .map(({ gap, repeated, base, aligned }) => ({
      ...base,
      offset: aligned || vectors ? 0 : base.offset,
      shape: [batch, lines, length],
      strides: [repeated ? 0 : lines * (length + gap), length + gap, 1],
    }));
}

/** Products of one layout. */
export function productOf(
  dtype: DType,
  attributes: KernelAttributes['matmul'],
  { bias = false, vectors = false }: ProductOptions = {},
): fc.Arbitrary<Case> {
  const { batch, m, n, k, transposeA, transposeB } = attributes;
  return fc
    .record({
      out: viewOf(dtype, [batch, m, n], { contiguous: true }),
      a: matrix(dtype, [batch, m, k], transposeA, vectors),
      b: matrix(dtype, [batch, k, n], transposeB, vectors),
      row: viewOf(dtype, [n], { contiguous: true, tame: true }),
      hasBias: bias ? fc.boolean() : fc.constant(false),
    })
    .map(({ out, a, b, row, hasBias }) => ({
      kind: 'matmul' as const,
      out,
      inputs: hasBias ? [a, b, row] : [a, b],
      attributes,
    }));
}

interface Domain {
  readonly dtypes: fc.Arbitrary<DType>;
  readonly sizes: fc.Arbitrary<number>;
  /** The numbers of columns, if others. */
  readonly columns?: fc.Arbitrary<number>;
  /** The sizes of the axis that is added up, if others. */
  readonly depths?: fc.Arbitrary<number>;
}

export const products = (
  { dtypes, sizes, columns = sizes, depths = sizes }: Domain,
  options: ProductOptions = {},
): fc.Arbitrary<Case> =>
  fc
    .record({
      dtype: dtypes,
      batch: fc.constantFrom(1, 1, 1, 2, 3),
      m: sizes,
      n: columns,
      k: depths,
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
    })
    .chain(({ dtype, ...attributes }) => productOf(dtype, attributes, options));
