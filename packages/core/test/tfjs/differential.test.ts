import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import { backendFor } from '../../src/backend/devices.ts';
import {
  arithmeticOps,
  type BinaryOp,
  comparisonOps,
  type KernelCall,
  logicalOps,
  type ReduceOp,
  reduceOps,
  type UnaryOp,
  unaryOps,
} from '../../src/backend/kernels.ts';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import type { DType, TypedArray } from '../../src/dtype.ts';
import { contiguousStrides } from '../../src/shape.ts';
import { memoryOf, place, type StoredView, viewOf } from '../native/operand.ts';

/** A kernel call whose operands are on no backend yet. `inputs` may name the output, to write in place. */
interface Case {
  readonly kind: KernelCall['kind'];
  readonly out: StoredView;
  readonly inputs: readonly (StoredView | number | 'out')[];
  readonly attributes: object;
  /** Whether what is compared was added up. */
  readonly sums?: boolean;
}

function run({ kind, out, inputs, attributes }: Case, backend: Backend): TypedArray {
  const target = place(out, backend);
  const operands = inputs.map((x) => (x === 'out' ? target : typeof x === 'number' ? x : place(x, backend)));
  backend.execute({ kind, outputs: [target], inputs: operands, attributes } as KernelCall);
  const memory = memoryOf(target);
  const storages = [target, ...operands].flatMap((x) => (typeof x === 'object' ? [x.storage] : []));
  for (const storage of new Set(storages)) storage.release();
  return memory;
}

function agrees(got: number, wanted: number, { out, sums }: Case, scale: number): boolean {
  if (Object.is(got, wanted) || got === wanted) return true;
  if (out.dtype !== 'float32' || !Number.isFinite(got) || !Number.isFinite(wanted)) return false;
  return Math.abs(got - wanted) <= 2e-6 * Math.abs(wanted) + (sums ? 2e-6 * scale : 1.2e-38);
}

function check(example: Case): void {
  const wanted = run(example, referenceBackend);
  const got = run(example, backendFor('tfjs'));
  const scale = Math.max(1, ...Array.from(wanted, Math.abs).filter(Number.isFinite));
  for (let i = 0; i < wanted.length; i++) {
    if (agrees(got[i]!, wanted[i]!, example, scale)) continue;
    expect.fail(
      `${example.kind} ${JSON.stringify(example.attributes)}, element ${i} of ${wanted.length}: expected ${wanted[i]}, got ${got[i]}`,
    );
  }
}

const property = (arbitrary: fc.Arbitrary<Case>): void => {
  const before = tf.memory().numTensors;
  fc.assert(fc.property(arbitrary, check), { numRuns: Number(process.env.KINDLING_TEST_CASES ?? 150) });
  expect(tf.memory().numTensors).toBe(before);
};

const anyDType = fc.constantFrom<DType>('bool', 'uint8', 'int32', 'float32', 'float32', 'float32');
const shape = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 });
const outOf = (dtype: DType, sizes: readonly number[]) => viewOf(dtype, sizes, { broadcasts: false });
const numberOf = (dtype: DType): fc.Arbitrary<number> =>
  dtype === 'float32' ? fc.constantFrom(0, -2.5, 3, Number.NaN) : fc.constantFrom(0, 1, 1);

const copies = fc.record({ from: anyDType, to: anyDType, shape }).chain(({ from, to, shape }) =>
  fc.record({
    kind: fc.constant('copy' as const),
    out: outOf(to, shape),
    inputs: fc.tuple(fc.oneof({ weight: 4, arbitrary: viewOf(from, shape) }, numberOf('float32'))),
    attributes: fc.constant({}),
  }),
);

const unary = fc
  .record({ shape, op: fc.constantFrom<UnaryOp>(...unaryOps), inPlace: fc.boolean() })
  .chain(({ shape, op, inPlace }) =>
    fc.record({
      kind: fc.constant('unary' as const),
      out: outOf(op === 'logicalNot' ? 'bool' : 'float32', shape),
      inputs: fc.tuple(
        inPlace && op !== 'logicalNot' ? fc.constant('out' as const) : viewOf('float32', shape),
      ),
      attributes: fc.constant({ op, parameters: [0.25, 3] }),
    }),
  );

const arithmetic = fc
  .record({ shape, dtype: anyDType, op: fc.constantFrom<BinaryOp>(...arithmeticOps), inPlace: fc.boolean() })
  .chain(({ shape, dtype, op, inPlace }) => {
    const taken = dtype === 'bool' ? 'int32' : dtype;
    return fc.record({
      kind: fc.constant('binary' as const),
      out: outOf(taken, shape),
      inputs: fc.tuple(
        inPlace ? fc.constant('out' as const) : viewOf(taken, shape),
        fc.oneof({ weight: 3, arbitrary: viewOf(taken, shape) }, numberOf(taken)),
      ),
      attributes: fc.constant({ op }),
    });
  });

const predicates = fc
  .record({ shape, a: anyDType, b: anyDType, op: fc.constantFrom<BinaryOp>(...comparisonOps, ...logicalOps) })
  .chain(({ shape, a, b, op }) =>
    fc.record({
      kind: fc.constant('binary' as const),
      out: outOf('bool', shape),
      inputs: fc.tuple(
        viewOf(a, shape),
        fc.oneof({ weight: 3, arbitrary: viewOf(b, shape) }, fc.constantFrom(0, 0.5, -1, 2 ** 31)),
      ),
      attributes: fc.constant({ op }),
    }),
  );

const choices = fc.record({ shape, dtype: anyDType }).chain(({ shape, dtype }) =>
  fc.record({
    kind: fc.constant('where' as const),
    out: outOf(dtype, shape),
    inputs: fc.tuple(
      viewOf('bool', shape),
      viewOf(dtype, shape),
      fc.oneof({ weight: 3, arbitrary: viewOf(dtype, shape) }, numberOf(dtype)),
    ),
    attributes: fc.constant({}),
  }),
);

const size = fc.integer({ min: 1, max: 9 });
const layout = fc.record({ outer: size, length: fc.integer({ min: 1, max: 40 }), inner: size });
const plain = (dtype: DType, sizes: readonly number[], tame = false) =>
  viewOf(dtype, sizes, { contiguous: true, tame });

const reductions = fc
  .record({ layout, dtype: anyDType, op: fc.constantFrom<ReduceOp>(...reduceOps) })
  .chain(({ layout, dtype, op }) => {
    const { outer, inner } = layout;
    const length = op === 'prod' ? Math.min(layout.length, 10) : layout.length;
    const adds = op === 'sum' || op === 'prod';
    const taken = adds && dtype !== 'float32' ? 'int32' : dtype;
    const result = op === 'any' || op === 'all' ? 'bool' : taken;
    return fc.record({
      kind: fc.constant('reduce' as const),
      out: plain(result, [outer, inner]),
      inputs: fc.tuple(plain(taken, [outer, length, inner], adds)),
      attributes: fc.constant({ op, outer, length, inner }),
      sums: fc.constant(op === 'sum'),
    });
  });

const alongAxis = fc
  .record({
    layout,
    dtype: anyDType,
    kind: fc.constantFrom<'argReduce' | 'cumsum' | 'argsort'>('argReduce', 'cumsum', 'argsort'),
    flag: fc.boolean(),
  })
  .chain(({ layout, dtype, kind, flag }) => {
    const { outer, length, inner } = layout;
    const taken = kind === 'cumsum' && dtype === 'bool' ? 'int32' : dtype;
    const sizes = kind === 'argReduce' ? [outer, inner] : [outer, length, inner];
    const options = { argReduce: { op: flag ? 'max' : 'min' }, cumsum: {}, argsort: { descending: flag } };
    return fc.record({
      kind: fc.constant(kind),
      out: plain(kind === 'cumsum' ? taken : 'int32', sizes),
      inputs: fc.tuple(plain(taken, [outer, length, inner], kind === 'cumsum')),
      attributes: fc.constant({ ...layout, ...options[kind] }),
      sums: fc.constant(kind === 'cumsum'),
    });
  });

/** A [batch, rows, columns] operand: rows may lie apart, and all of a batch may be one. */
const matrix = (dtype: DType, batch: number, rows: number, columns: number): fc.Arbitrary<StoredView> =>
  fc
    .record({
      gap: fc.constantFrom(0, 0, 3),
      repeated: fc.boolean(),
      base: plain(dtype, [batch * rows * (columns + 3)], true),
    })
    .map(({ gap, repeated, base }) => ({
      ...base,
      shape: [batch, rows, columns],
      strides: [repeated ? 0 : rows * (columns + gap), columns + gap, 1],
    }));

const products = fc
  .record({
    dtype: fc.constantFrom<DType>('float32', 'float32', 'float32', 'int32', 'uint8'),
    batch: fc.constantFrom(1, 1, 2, 3),
    m: size,
    n: size,
    k: fc.integer({ min: 1, max: 50 }),
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
  })
  .chain(({ dtype, ...attributes }) => {
    const { batch, m, n, k, transposeA, transposeB } = attributes;
    return fc.record({
      kind: fc.constant('matmul' as const),
      out: plain(dtype, [batch, m, n]),
      inputs: fc.tuple(
        transposeA ? matrix(dtype, batch, k, m) : matrix(dtype, batch, m, k),
        transposeB ? matrix(dtype, batch, n, k) : matrix(dtype, batch, k, n),
      ),
      attributes: fc.constant(attributes),
      sums: fc.constant(true),
    });
  });

const indexing = fc
  .record({
    dtype: anyDType,
    kind: fc.constantFrom<'indexSelect' | 'indexAdd' | 'gather' | 'scatterAdd'>(
      'indexSelect',
      'indexAdd',
      'gather',
      'scatterAdd',
    ),
    outer: size,
    length: size,
    inner: size,
    count: size,
  })
  .chain(({ dtype, kind, ...layout }) => {
    const { outer, length, inner, count } = layout;
    const adds = kind === 'indexAdd' || kind === 'scatterAdd';
    const taken = adds && dtype === 'bool' ? 'int32' : dtype;
    const indices = kind === 'gather' || kind === 'scatterAdd' ? outer * count * inner : count;
    return fc
      .record({
        out: plain(taken, [outer, adds ? length : count, inner], true),
        source: plain(taken, [outer, adds ? count : length, inner], true),
        index: fc.array(fc.integer({ min: 0, max: length - 1 }), { minLength: indices, maxLength: indices }),
      })
      .map(({ out, source, index }) => ({
        kind,
        out,
        inputs: [
          source,
          {
            dtype: 'int32' as const,
            shape: [indices],
            strides: contiguousStrides([indices]),
            offset: 0,
            memory: Int32Array.from(index),
          },
        ],
        attributes: { name: 'pick', ...layout },
        sums: adds,
      }));
  });

vi.setConfig({ testTimeout: 120_000 });

test('copies and conversions', () => property(copies));
test('unary functions', () => property(unary));
test('arithmetic', () => property(arithmetic));
test('comparisons and logic of any dtypes', () => property(predicates));
test('where', () => property(choices));
test('reductions', () => property(reductions));
test('argmax, cumsum and argsort', () => property(alongAxis));
test('matrix products', () => property(products));
test('indexing', () => property(indexing));
