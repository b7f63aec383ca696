import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backend, Operand } from '../../src/backend/backend.ts';
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
import { numel } from '../../src/shape.ts';
import { cases, nativeWithExactMemory as native } from './engine.ts';
import { anyDType, anyShape, floatDType, memoryOf, place, type StoredView, viewOf } from './operand.ts';

/** A kernel call whose operands are on no backend yet. */
interface Case {
  readonly kind: KernelCall['kind'];
  readonly out: StoredView;
  readonly inputs: readonly (StoredView | number)[];
  readonly attributes: object;
  /** Units in the last place by which a float may differ. */
  readonly ulps?: number;
  /** What cancellation may cost, relative to the size of the terms. */
  readonly scale?: number;
}

function run(test: Case, backend: Backend): TypedArray {
  const out = place(test.out, backend);
  const inputs: Operand[] = test.inputs.map((x) => (typeof x === 'number' ? x : place(x, backend)));
  const { kind, attributes } = test;
  backend.execute({ kind, outputs: [out], inputs, attributes } as KernelCall);
  return memoryOf(out);
}

/** The distance from a float to the next larger one. */
function ulp(x: number, dtype: DType): number {
  const digits = dtype === 'float32' ? 23 : 52;
  const smallest = dtype === 'float32' ? -149 : -1074;
  return 2 ** Math.max(Math.floor(Math.log2(Math.abs(x))) - digits, smallest);
}

function differs(got: number, wanted: number, { out, ulps = 0, scale = 0 }: Case): boolean {
  if (got === wanted || (Number.isNaN(got) && Number.isNaN(wanted))) return false;
  if (!out.dtype.startsWith('float')) return true;
  const largest = out.dtype === 'float32' ? 3.4028234e38 : Number.MAX_VALUE;
  const near = (x: number): number => Math.max(Math.min(x, largest), -largest);
  const a = near(got);
  const b = near(wanted);
  return !(
    Math.abs(a - b) <=
    ulps * ulp(b, out.dtype) + scale * (out.dtype === 'float32' ? 1.2e-7 : 2.3e-16)
  );
}

function check(test: Case): void {
  const wanted = run(test, referenceBackend);
  const got = run(test, native!);
  for (let i = 0; i < wanted.length; i++) {
    if (!differs(got[i]!, wanted[i]!, test)) continue;
    expect.fail(
      `${test.kind} ${JSON.stringify(test.attributes)}, element ${i} of ${wanted.length}: expected ${wanted[i]}, got ${got[i]}`,
    );
  }
}

const property = (arbitrary: fc.Arbitrary<Case>, quick: number): void =>
  fc.assert(fc.property(arbitrary, check), { numRuns: cases(quick) });

const views = (
  dtype: DType,
  shape: readonly number[],
  count: number,
  tame = false,
): fc.Arbitrary<(StoredView | number)[]> =>
  fc.tuple(...Array.from({ length: count }, () => viewOf(dtype, shape, { tame })));

/** Numbers that operations meet: those that the dtype holds. Conversion and comparison take any. */
function numberFor(dtype: DType, any: boolean): fc.Arbitrary<number> {
  if (any) return fc.constantFrom(0, 1, 3, -2, 0.5, 300, 2 ** 31, Number.NaN, Number.NEGATIVE_INFINITY);
  if (dtype === 'bool') return fc.constantFrom(0, 1);
  if (dtype === 'uint8') return fc.constantFrom(0, 1, 3, 200);
  if (dtype === 'int32') return fc.constantFrom(0, 1, 3, -2, 200, -(2 ** 31));
  return fc.constantFrom(0, 1, -1, 2, 0.5, 3, -2.5, Number.NaN, Number.POSITIVE_INFINITY);
}

/** Inputs of which one may be a number. */
function operands(
  dtype: DType,
  shape: readonly number[],
  count: number,
  anyNumber = false,
): fc.Arbitrary<(StoredView | number)[]> {
  return fc
    .record({
      inputs: views(dtype, shape, count),
      number: numberFor(dtype, anyNumber),
      at: fc.integer({ min: -count, max: count - 1 }),
    })
    .map(({ inputs, number, at }) => inputs.map((x, i) => (i === at ? Math.fround(number) : x)));
}

/** Compositions round more than once, and the reference's erf of float64 is good to about 1e-15. */
const looseUlps: { readonly [op: string]: number } = { softplus: 4, elu: 4, erf: 32 };

const isInteger = (dtype: DType): boolean => !dtype.startsWith('float');

const shaped = fc.record({ dtype: anyDType, shape: anyShape });

const unaryCase: fc.Arbitrary<Case> = fc
  .record({ dtype: anyDType, shape: anyShape, op: fc.constantFrom<UnaryOp>(...unaryOps) })
  .chain(({ dtype, shape, op }) => {
    const predicate = op === 'logicalNot';
    const integers: readonly UnaryOp[] = [
      'neg',
      'abs',
      'sign',
      'relu',
      'floor',
      'ceil',
      'round',
      'logicalNot',
    ];
    const taken = integers.includes(op) || dtype.startsWith('float') ? dtype : 'float32';
    return fc
      .record({
        out: viewOf(predicate ? 'bool' : taken, shape, { broadcasts: false }),
        input: viewOf(taken, shape),
        parameters: fc.constantFrom([0.5, 2], [1, 20], [0.25, 3]),
      })
      .map(({ out, input, parameters }) => ({
        kind: 'unary' as const,
        out,
        inputs: [input],
        attributes: { op, parameters },
        ulps: looseUlps[op] ?? (taken === 'float64' ? 3 : 2),
      }));
  });

const binaryCase: fc.Arbitrary<Case> = shaped
  .chain((all) =>
    fc
      .constantFrom<BinaryOp>(...arithmeticOps, ...comparisonOps, ...logicalOps)
      .map((op) => ({ ...all, op })),
  )
  .chain(({ dtype, shape, op }) => {
    const predicate = !arithmeticOps.some((name) => name === op);
    const taken = dtype === 'bool' && !predicate ? 'uint8' : dtype;
    return fc
      .record({
        out: viewOf(predicate ? 'bool' : taken, shape, { broadcasts: false }),
        inputs: operands(taken, shape, 2, predicate),
      })
      .map(({ out, inputs }) => ({
        kind: 'binary' as const,
        out,
        inputs,
        attributes: { op },
        ulps: op === 'pow' ? 2 : 0,
      }));
  });

const mixedCase: fc.Arbitrary<Case> = fc
  .record({
    a: anyDType,
    b: anyDType,
    shape: anyShape,
    op: fc.constantFrom<BinaryOp>(...comparisonOps, ...logicalOps),
  })
  .chain(({ a, b, shape, op }) =>
    fc
      .record({ out: viewOf('bool', shape, { broadcasts: false }), x: viewOf(a, shape), y: viewOf(b, shape) })
      .map(({ out, x, y }) => ({ kind: 'binary' as const, out, inputs: [x, y], attributes: { op } })),
  );

const whereCase: fc.Arbitrary<Case> = shaped.chain(({ dtype, shape }) =>
  fc
    .record({
      out: viewOf(dtype, shape, { broadcasts: false }),
      condition: viewOf('bool', shape),
      choices: operands(dtype, shape, 2),
    })
    .map(({ out, condition, choices }) => ({
      kind: 'where' as const,
      out,
      inputs: [condition, ...choices],
      attributes: {},
    })),
);

const copyCase: fc.Arbitrary<Case> = fc
  .record({ from: anyDType, to: anyDType, shape: anyShape })
  .chain(({ from, to, shape }) =>
    fc
      .record({ out: viewOf(to, shape, { broadcasts: false }), inputs: operands(from, shape, 1, true) })
      .map(({ out, inputs }) => ({ kind: 'copy' as const, out, inputs, attributes: {} })),
  );

const layout = fc.oneof(
  fc.record({
    outer: fc.integer({ min: 1, max: 8 }),
    length: fc.integer({ min: 1, max: 50 }),
    inner: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({
    outer: fc.integer({ min: 1, max: 3 }),
    length: fc.integer({ min: 1, max: 300 }),
    inner: fc.integer({ min: 1, max: 150 }),
  }),
  fc.record({
    outer: fc.integer({ min: 1, max: 3 }),
    length: fc.integer({ min: 1, max: 3000 }),
    inner: fc.constant(1),
  }),
);

const reduceCase: fc.Arbitrary<Case> = fc
  .record({ dtype: anyDType, layout, op: fc.constantFrom<ReduceOp>(...reduceOps), tame: fc.boolean() })
  .chain(({ dtype, layout, op, tame }) => {
    const { outer, length, inner } = layout;
    const taken = isInteger(dtype) && (op === 'sum' || op === 'prod') ? 'int32' : dtype;
    const result = op === 'any' || op === 'all' ? 'bool' : taken;
    const shortened = op === 'prod' ? { ...layout, length: Math.min(length, 20) } : layout;
    return fc
      .record({
        out: viewOf(result, [outer, inner], { contiguous: true }),
        input: viewOf(taken, [outer, shortened.length, inner], {
          contiguous: true,
          tame: tame || op === 'sum',
        }),
      })
      .map(({ out, input }) => ({
        kind: 'reduce' as const,
        out,
        inputs: [input],
        attributes: { op, ...shortened },
        ulps: op === 'prod' && taken === 'float64' ? 20 : op === 'sum' && taken === 'float64' ? 2 : 1,
        scale: op === 'sum' && taken === 'float64' ? 4 * length : 0,
      }));
  });

const alongAxis: fc.Arbitrary<Case> = fc
  .record({
    dtype: anyDType,
    layout,
    kind: fc.constantFrom('argReduce', 'cumsum', 'argsort'),
    flag: fc.boolean(),
  })
  .chain(({ dtype, layout, kind, flag }) => {
    const taken = dtype === 'bool' && kind === 'cumsum' ? 'int32' : dtype;
    const { outer, length, inner } = layout;
    const shape = kind === 'argReduce' ? [outer, inner] : [outer, length, inner];
    return fc
      .record({
        out: viewOf(kind === 'cumsum' ? taken : 'int32', shape, { contiguous: true }),
        input: viewOf(taken, [outer, length, inner], { contiguous: true, tame: kind === 'cumsum' }),
      })
      .map(({ out, input }) => ({
        kind: kind as KernelCall['kind'],
        out,
        inputs: [input],
        attributes:
          kind === 'argReduce'
            ? { ...layout, op: flag ? 'max' : 'min' }
            : kind === 'argsort'
              ? { ...layout, descending: flag }
              : layout,
      }));
  });

const size = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 80 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 260 }) },
);

/** A [batch, rows, columns] operand as the kernel takes it: rows contiguous, or columns, and the batch perhaps repeated. */
function matrix(
  dtype: DType,
  batch: number,
  rows: number,
  columns: number,
  transposed: boolean,
): fc.Arbitrary<StoredView> {
  const [lines, length] = transposed ? [columns, rows] : [rows, columns];
  return fc
    .record({
      seed: fc.integer(),
      gap: fc.constantFrom(0, 0, 3),
      repeated: fc.boolean(),
      base: viewOf(dtype, [batch * lines * (length + 3)], { contiguous: true, tame: true }),
    })
    .map(({ gap, repeated, base }) => ({
      ...base,
      shape: [batch, lines, length],
      strides: [repeated ? 0 : lines * (length + gap), length + gap, 1],
    }));
}

const matmulCase: fc.Arbitrary<Case> = fc
  .record({
    dtype: fc.constantFrom<DType>('float32', 'float32', 'float64', 'int32', 'uint8'),
    batch: fc.constantFrom(1, 1, 1, 2, 3),
    m: size,
    n: size,
    k: size,
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
  })
  .chain(({ dtype, ...attributes }) => {
    const { batch, m, n, k, transposeA, transposeB } = attributes;
    return fc
      .record({
        out: viewOf(dtype, [batch, m, n], { contiguous: true }),
        a: matrix(dtype, batch, m, k, transposeA),
        b: matrix(dtype, batch, k, n, transposeB),
      })
      .map(({ out, a, b }) => ({ kind: 'matmul' as const, out, inputs: [a, b], attributes, scale: 16 * k }));
  });

const sample = (arbitrary: fc.Arbitrary<Case>): Case => fc.sample(arbitrary, { numRuns: 1, seed: 1 })[0]!;

const plainMatmul = (
  dtype: DType,
  m: number,
  n: number,
  k: number,
  transposeA: boolean,
  transposeB: boolean,
): fc.Arbitrary<Case> =>
  fc
    .record({
      out: viewOf(dtype, [1, m, n], { contiguous: true }),
      a: matrix(dtype, 1, m, k, transposeA),
      b: matrix(dtype, 1, k, n, transposeB),
    })
    .map(({ out, a, b }) => ({
      kind: 'matmul' as const,
      out,
      inputs: [a, b],
      attributes: { batch: 1, m, n, k, transposeA, transposeB },
      scale: 16 * k,
    }));

const indices = (count: number, length: number): fc.Arbitrary<StoredView> =>
  fc.array(fc.integer({ min: 0, max: length - 1 }), { minLength: count, maxLength: count }).map((list) => ({
    dtype: 'int32' as const,
    shape: [count],
    strides: [1],
    offset: 0,
    memory: Int32Array.from(list),
  }));

const indexingCase: fc.Arbitrary<Case> = fc
  .record({
    dtype: anyDType,
    kind: fc.constantFrom<'indexSelect' | 'indexAdd' | 'gather' | 'scatterAdd'>(
      'indexSelect',
      'indexAdd',
      'gather',
      'scatterAdd',
    ),
    outer: fc.integer({ min: 1, max: 4 }),
    length: fc.integer({ min: 1, max: 9 }),
    inner: fc.integer({ min: 1, max: 9 }),
    count: fc.integer({ min: 1, max: 9 }),
  })
  .chain(({ dtype, kind, ...layout }) => {
    const { outer, length, inner, count } = layout;
    const adds = kind === 'indexAdd' || kind === 'scatterAdd';
    const taken = adds && dtype === 'bool' ? 'int32' : dtype;
    const each = kind === 'gather' || kind === 'scatterAdd';
    return fc
      .record({
        out: viewOf(taken, [outer, adds ? length : count, inner], { contiguous: true, tame: true }),
        input: viewOf(taken, [outer, adds ? count : length, inner], { contiguous: true, tame: true }),
        index: indices(each ? outer * count * inner : count, length),
      })
      .map(({ out, input, index }) => ({
        kind,
        out,
        inputs: [input, index],
        attributes: { name: 'pick', ...layout },
      }));
  });

const wideCopy: fc.Arbitrary<Case> = floatDType.chain((dtype) =>
  fc
    .record({
      out: viewOf('int32', [40], { contiguous: true }),
      input: viewOf(dtype, [40]),
    })
    .map(({ out, input }) => {
      for (let i = 0; i < input.memory.length; i++) input.memory[i] = input.memory[i]! * 10 ** (i % 20);
      return { kind: 'copy' as const, out, inputs: [input], attributes: {} };
    }),
);

describe.skipIf(native === undefined)('the native engine agrees with the reference', () => {
  test('copies and conversions', () => property(copyCase, 500));
  test('floats beyond 32 bits become integers modulo 2^32', () => property(wideCopy, 100));
  test('unary functions', () => property(unaryCase, 500));
  test('binary functions', () => property(binaryCase, 500));
  test('comparisons of different dtypes', () => property(mixedCase, 200));
  test('where', () => property(whereCase, 300));
  test('reductions', () => property(reduceCase, 300));
  test('argmax, cumsum and argsort', () => property(alongAxis, 300));
  test('matrix products', () => property(matmulCase, 500));
  test.each<DType>(['float32', 'float64', 'int32'])('large matrix products of %s', (dtype) => {
    for (const [m, n, k] of [
      [250, 530, 40],
      [105, 33, 1030],
    ] as const) {
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true])
          check(sample(plainMatmul(dtype, m, n, k, transposeA, transposeB)));
      }
    }
  });
  test('indexing', () => property(indexingCase, 300));

  test.each(['indexSelect', 'indexAdd', 'gather', 'scatterAdd'] as const)(
    '%s refuses an index as the reference does',
    (kind) => {
      const message = (backend: Backend, bad: number): string => {
        const data: StoredView = {
          dtype: 'float32',
          shape: [4],
          strides: [1],
          offset: 0,
          memory: new Float32Array(4),
        };
        const index: StoredView = { ...data, dtype: 'int32', memory: Int32Array.of(0, 3, bad, 1) };
        const layout = { outer: 1, length: 4, inner: 1, count: 4, name: 'pick' };
        try {
          run({ kind, out: data, inputs: [data, index], attributes: layout }, backend);
        } catch (error) {
          return String(error);
        }
        return 'no error';
      };
      for (const bad of [4, -1, 2 ** 31 - 1]) {
        expect(message(native!, bad)).toBe(message(referenceBackend, bad));
        expect(message(native!, bad)).toBe(`ShapeError: pick: expected indices in [0, 3], got ${bad}`);
      }
    },
  );
});

test('shapes in these tests fill more than one tile', () => {
  expect(fc.sample(anyShape, { numRuns: 200, seed: 1 }).some((shape) => numel(shape) > 512)).toBe(true);
});
