import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  arithmeticOps,
  type BinaryOp,
  comparisonOps,
  logicalOps,
  type UnaryOp,
  unaryOps,
} from '../../src/backend/kernels.ts';
import type { DType } from '../../src/dtype.ts';
import { anyDType, anyShape, floatDType, type StoredView, viewOf } from '../native/operand.ts';
import { type Case, property, run } from './case.ts';
import { cuda } from './engine.ts';

/** Numbers that operations meet: those that the dtype holds. Conversion and comparison take any. */
function numberFor(dtype: DType, any: boolean): fc.Arbitrary<number> {
  if (any) return fc.constantFrom(0, 1, 3, -2, 0.5, 300, 2 ** 31, Number.NaN, Number.NEGATIVE_INFINITY);
  if (dtype === 'bool') return fc.constantFrom(0, 1);
  if (dtype === 'uint8') return fc.constantFrom(0, 1, 3, 200);
  if (dtype === 'int32') return fc.constantFrom(0, 1, 3, -2, 200, -(2 ** 31));
  return fc.constantFrom(0, 1, -1, 2, 0.5, 3, -2.5, Number.NaN, Number.POSITIVE_INFINITY);
}

/** Inputs of which one may be a number. */
const operands = (
  dtype: DType,
  shape: readonly number[],
  count: number,
  anyNumber = false,
): fc.Arbitrary<(StoredView | number)[]> =>
  fc
    .record({
      inputs: fc.tuple(...Array.from({ length: count }, () => viewOf(dtype, shape))),
      number: numberFor(dtype, anyNumber),
      at: fc.integer({ min: -count, max: count - 1 }),
    })
    .map(({ inputs, number, at }) => inputs.map((x, i) => (i === at ? number : x)));

/** Contiguous float32 of lengths around what threads and blocks take, at starts that are aligned and not. */
const flatShape = fc.oneof(
  fc.integer({ min: 1, max: 9 }).map((n) => [n]),
  fc.integer({ min: 1020, max: 1030 }).map((n) => [n]),
  fc.constant([3, 700]),
);

const shapes = fc.oneof(anyShape, flatShape);

const whole: readonly UnaryOp[] = ['neg', 'abs', 'sign', 'relu', 'floor', 'ceil', 'round', 'logicalNot'];

/** Compositions round more than once, and the reference's erf of float64 is good to about 1e-15. */
const looseUlps: { readonly [op: string]: number } = { softplus: 4, elu: 4, erf: 32 };

const unaryCase: fc.Arbitrary<Case> = fc
  .record({
    dtype: fc.oneof(anyDType, fc.constant<DType>('float32')),
    shape: shapes,
    op: fc.constantFrom<UnaryOp>(...unaryOps),
  })
  .chain(({ dtype, shape, op }) => {
    const taken = whole.includes(op) || dtype.startsWith('float') ? dtype : 'float32';
    return fc
      .record({
        out: viewOf(op === 'logicalNot' ? 'bool' : taken, shape, { broadcasts: false }),
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

const binaryCase: fc.Arbitrary<Case> = fc
  .record({
    dtype: fc.oneof(anyDType, fc.constant<DType>('float32')),
    shape: shapes,
    op: fc.constantFrom<BinaryOp>(...arithmeticOps, ...comparisonOps, ...logicalOps),
  })
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
        inputs: inputs.map((x) => (typeof x === 'number' ? Math.fround(x) : x)),
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

const whereCase: fc.Arbitrary<Case> = fc
  .record({ dtype: anyDType, shape: shapes })
  .chain(({ dtype, shape }) =>
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
  .record({ from: anyDType, to: anyDType, shape: shapes })
  .chain(({ from, to, shape }) =>
    fc
      .record({ out: viewOf(to, shape, { broadcasts: false }), inputs: operands(from, shape, 1, true) })
      .map(({ out, inputs }) => ({ kind: 'copy' as const, out, inputs, attributes: {} })),
  );

const moveCase: fc.Arbitrary<Case> = fc
  .record({ dtype: anyDType, shape: flatShape, number: fc.boolean() })
  .chain(({ dtype, shape, number }) =>
    fc
      .record({
        out: viewOf(dtype, shape, { contiguous: true }),
        input: number ? numberFor(dtype, false) : viewOf(dtype, shape, { contiguous: true }),
      })
      .map(({ out, input }) => ({ kind: 'copy' as const, out, inputs: [input], attributes: {} })),
  );

const wideCase: fc.Arbitrary<Case> = floatDType.chain((dtype) =>
  fc
    .record({ out: viewOf('int32', [40], { contiguous: true }), input: viewOf(dtype, [40]) })
    .map(({ out, input }) => {
      for (let i = 0; i < input.memory.length; i++) input.memory[i] = input.memory[i]! * 10 ** (i % 20);
      return { kind: 'copy' as const, out, inputs: [input], attributes: {} };
    }),
);

describe.skipIf(cuda === undefined)('element-wise kernels agree with the reference', () => {
  test('copies and conversions', () => property(copyCase, 60));
  test('contiguous copies and fills', () => property(moveCase, 40));
  test('floats beyond 32 bits become integers modulo 2^32', () => property(wideCase, 20));
  test('unary functions', () => property(unaryCase, 120));
  test('binary functions', () => property(binaryCase, 120));
  test('comparisons of different dtypes', () => property(mixedCase, 40));
  test('where', () => property(whereCase, 60));

  test('an output may be its input', () => {
    const x = Float32Array.from({ length: 1030 }, (_, i) => i - 500);
    const view: StoredView = { dtype: 'float32', shape: [1030], strides: [1], offset: 0, memory: x };
    const call: Case = {
      kind: 'unary',
      out: view,
      inputs: [view],
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
    property(fc.constant({ kind: 'copy' as const, out, inputs: [input], attributes: {} }), 1);
  });
});
