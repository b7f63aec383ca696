import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import { type KernelCall, type ReduceOp, reduceOps } from '../../src/backend/kernels.ts';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import type { DType } from '../../src/dtype.ts';
import { anyDType, type StoredView, viewOf } from '../native/operand.ts';
import { type Case, property, run } from './case.ts';
import { cuda } from './engine.ts';

const layout = fc.oneof(
  fc.record({
    outer: fc.integer({ min: 1, max: 8 }),
    length: fc.integer({ min: 1, max: 50 }),
    inner: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({
    outer: fc.integer({ min: 1, max: 3 }),
    length: fc.integer({ min: 1, max: 300 }),
    inner: fc.integer({ min: 1, max: 80 }),
  }),
  // Long enough for several blocks to a line, and for runs to be merged.
  fc.record({
    outer: fc.integer({ min: 1, max: 2 }),
    length: fc.integer({ min: 1000, max: 20_000 }),
    inner: fc.constantFrom(1, 1, 3),
  }),
);

const isFloat = (dtype: DType): boolean => dtype.startsWith('float');

const reduceCase: fc.Arbitrary<Case> = fc
  .record({ dtype: anyDType, layout, op: fc.constantFrom<ReduceOp>(...reduceOps), tame: fc.boolean() })
  .chain(({ dtype, layout, op, tame }) => {
    const { outer, length, inner } = layout;
    const taken = !isFloat(dtype) && (op === 'sum' || op === 'prod') ? 'int32' : dtype;
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
        // Parts of a long line are summed apart.
        ulps: 1,
        scale: kind === 'cumsum' && taken === 'float64' ? 4 * length : 0,
      }));
  });

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
    length: fc.integer({ min: 1, max: 40 }),
    inner: fc.integer({ min: 1, max: 6 }),
    count: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 30, max: 90 })),
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

describe.skipIf(cuda === undefined)('kernels along an axis agree with the reference', () => {
  test('reductions', () => property(reduceCase, 120));
  test('argmax, cumsum and argsort', () => property(alongAxis, 80));
  test('indexing', () => property(indexingCase, 80));

  test('many additions to one element keep the order of the source', () => {
    const count = 3000;
    const data = (dtype: DType, memory: Float32Array | Int32Array): StoredView => ({
      dtype,
      shape: [memory.length],
      strides: [1],
      offset: 0,
      memory,
    });
    const source = data(
      'float32',
      Float32Array.from({ length: count }, (_, i) => Math.sin(i) * 10 ** (i % 7)),
    );
    const index = data(
      'int32',
      Int32Array.from({ length: count }, (_, i) => (i * i) % 5),
    );
    for (const kind of ['indexAdd', 'scatterAdd'] as const) {
      const attributes = { outer: 1, length: 5, inner: 1, count, name: 'pick' };
      const call: Case = {
        kind,
        out: data('float32', new Float32Array(5)),
        inputs: [source, index],
        attributes,
      };
      expect(run(call, cuda!)).toEqual(run(call, referenceBackend));
    }
  });

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
        expect(message(cuda!, bad)).toBe(message(referenceBackend, bad));
        expect(message(cuda!, bad)).toBe(`ShapeError: pick: expected indices in [0, 3], got ${bad}`);
      }
    },
  );

  test.each([100, 20_000])('assertRange names the first of %i elements out of range', (count) => {
    const memory = Float32Array.from({ length: count }, (_, i) => (i > count / 2 && i % 3 === 0 ? i : 1));
    const x: StoredView = { dtype: 'float32', shape: [count], strides: [1], offset: 0, memory };
    const attributes = { low: 0, high: 1, except: 3, expected: 'test: expected values in [0, 1]', rest: '' };
    const message = (backend: Backend): string => {
      try {
        run({ kind: 'assertRange', out: x, inputs: [x], attributes }, backend);
      } catch (error) {
        return String(error);
      }
      return 'no error';
    };
    expect(message(cuda!)).toBe(message(referenceBackend));
    expect(message(cuda!)).toContain('got ');
    memory.fill(Number.NaN);
    expect(message(cuda!)).toBe('no error');
  });
});
