import fc from 'fast-check';
import { expect } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import type { DType, TypedArray } from '../../src/dtype.ts';
import { type Case, refusal } from './case.ts';
import { type StoredView, viewOf } from './operand.ts';

export const indexingKinds = ['indexSelect', 'indexAdd', 'gather', 'scatterAdd'] as const;
export type IndexingKind = (typeof indexingKinds)[number];

/** Elements in a row. */
export const listOf = (dtype: DType, memory: TypedArray): StoredView => ({
  dtype,
  shape: [memory.length],
  strides: [1],
  offset: 0,
  memory,
});

const indices = (count: number, length: number): fc.Arbitrary<StoredView> =>
  fc
    .array(fc.integer({ min: 0, max: length - 1 }), { minLength: count, maxLength: count })
    .map((list) => listOf('int32', Int32Array.from(list)));

export const indexing = (dtypes: fc.Arbitrary<DType>): fc.Arbitrary<Case> =>
  fc
    .record({
      dtype: dtypes,
      kind: fc.constantFrom(...indexingKinds),
      outer: fc.integer({ min: 1, max: 9 }),
      length: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 })),
      inner: fc.integer({ min: 1, max: 9 }),
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

/** Expects an index out of range to be refused with the reference's words. */
export function expectRefusal(kind: IndexingKind, backend: Backend): void {
  for (const bad of [4, -1, 2 ** 31 - 1]) {
    const data = listOf('float32', new Float32Array(4));
    const call: Case = {
      kind,
      out: data,
      inputs: [data, listOf('int32', Int32Array.of(0, 3, bad, 1))],
      attributes: { outer: 1, length: 4, inner: 1, count: 4, name: 'pick' },
    };
    const message = `ShapeError: pick: expected indices in [0, 3], got ${bad}`;
    expect(refusal(call, referenceBackend)).toBe(message);
    expect(refusal(call, backend)).toBe(message);
  }
}
