import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import { alongAxis, layoutUpTo, reduce } from '../random-calls/along-axis.ts';
import { type Case, refusal, run } from '../random-calls/case.ts';
import { agreement, rounding, within } from '../random-calls/compare.ts';
import { expectRefusal, indexing, indexingKinds, listOf } from '../random-calls/indexing.ts';
import { anyDType } from '../random-calls/operand.ts';
import { cuda } from './engine.ts';

const layouts = fc.oneof(
  layoutUpTo(8, 50, 8),
  layoutUpTo(3, 300, 80),
  // Long enough for several blocks to a line, and for runs to be merged.
  fc.record({
    outer: fc.integer({ min: 1, max: 2 }),
    length: fc.integer({ min: 1000, max: 20_000 }),
    inner: fc.constantFrom(1, 1, 3),
  }),
);

const property = agreement(
  () => cuda!,
  within({
    ...rounding,
    // Parts of a long line are summed apart.
    cumsum: ({ length }, { out }) => ({ ulps: 1, scale: out.dtype === 'float64' ? 4 * length : 0 }),
  }),
);

describe.skipIf(cuda === undefined)('kernels along an axis agree with the reference', () => {
  test('reductions', () => property(reduce({ dtypes: anyDType, layouts }), 120));
  test('argmax, cumsum and argsort', () => property(alongAxis({ dtypes: anyDType, layouts }), 80));
  test('indexing', () => property(indexing(anyDType), 80));

  test('many additions to one element keep the order of the source', () => {
    const count = 3000;
    const source = Float32Array.from({ length: count }, (_, i) => Math.sin(i) * 10 ** (i % 7));
    const index = Int32Array.from({ length: count }, (_, i) => (i * i) % 5);
    for (const kind of ['indexAdd', 'scatterAdd'] as const) {
      const call: Case = {
        kind,
        out: listOf('float32', new Float32Array(5)),
        inputs: [listOf('float32', source), listOf('int32', index)],
        attributes: { outer: 1, length: 5, inner: 1, count, name: 'pick' },
      };
      expect(run(call, cuda!)).toEqual(run(call, referenceBackend));
    }
  });

  test.each(indexingKinds)('%s refuses an index as the reference does', (kind) => expectRefusal(kind, cuda!));

  test.each([100, 20_000])('assertRange names the first of %i elements out of range', (count) => {
    const memory = Float32Array.from({ length: count }, (_, i) => (i > count / 2 && i % 3 === 0 ? i : 1));
    const x = listOf('float32', memory);
    const attributes = { low: 0, high: 1, except: 3, expected: 'test: expected values in [0, 1]', rest: '' };
    const call: Case = { kind: 'assertRange', out: x, inputs: [x], attributes };
    expect(refusal(call, cuda!)).toBe(refusal(call, referenceBackend));
    expect(refusal(call, cuda!)).toContain('got ');
    memory.fill(Number.NaN);
    expect(refusal(call, cuda!)).toBe('no error');
  });
});
