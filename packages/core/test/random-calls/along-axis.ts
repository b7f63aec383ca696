import fc from 'fast-check';
import { type AxisLayout, type ReduceOp, reduceOps } from '../../src/backend/kernels.ts';
import type { DType } from '../../src/dtype.ts';
import type { Case } from './case.ts';
import { viewOf } from './operand.ts';

/** What an engine is given. */
interface Domain {
  readonly dtypes: fc.Arbitrary<DType>;
  readonly layouts: fc.Arbitrary<AxisLayout>;
}

/** Layouts of up to these sizes. */
export const layoutUpTo = (outer: number, length: number, inner: number): fc.Arbitrary<AxisLayout> =>
  fc.record({
    outer: fc.integer({ min: 1, max: outer }),
    length: fc.integer({ min: 1, max: length }),
    inner: fc.integer({ min: 1, max: inner }),
  });

/** Reductions. Those that `tame` names meet no special values: what they add or multiply overflows, depending on the order. */
export const reduce = (
  { dtypes, layouts }: Domain,
  tame: readonly ReduceOp[] = ['sum'],
): fc.Arbitrary<Case> =>
  fc
    .record({ dtype: dtypes, layout: layouts, op: fc.constantFrom(...reduceOps), isTame: fc.boolean() })
    .chain(({ dtype, layout, op, isTame }) => {
      const accumulates = op === 'sum' || op === 'prod';
      const taken = accumulates && !dtype.startsWith('float') ? 'int32' : dtype;
      const { outer, inner } = layout;
      const length = op === 'prod' ? Math.min(layout.length, 20) : layout.length;
      return fc
        .record({
          out: viewOf(op === 'any' || op === 'all' ? 'bool' : taken, [outer, inner], { contiguous: true }),
          input: viewOf(taken, [outer, length, inner], {
            contiguous: true,
            tame: isTame || tame.includes(op),
          }),
        })
        .map(({ out, input }) => ({
          kind: 'reduce' as const,
          out,
          inputs: [input],
          attributes: { op, outer, length, inner },
        }));
    });

/** argmax and argmin, running sums, and sorts. */
export const alongAxis = ({ dtypes, layouts }: Domain): fc.Arbitrary<Case> =>
  fc
    .record({
      dtype: dtypes,
      layout: layouts,
      kind: fc.constantFrom('argReduce' as const, 'cumsum' as const, 'argsort' as const),
      flag: fc.boolean(),
    })
    .chain(({ dtype, layout, kind, flag }) => {
      const taken = kind === 'cumsum' && dtype === 'bool' ? 'int32' : dtype;
      const { outer, length, inner } = layout;
      const shape = kind === 'argReduce' ? [outer, inner] : [outer, length, inner];
      const options = { argReduce: { op: flag ? 'max' : 'min' }, cumsum: {}, argsort: { descending: flag } };
      return fc
        .record({
          out: viewOf(kind === 'cumsum' ? taken : 'int32', shape, { contiguous: true }),
          input: viewOf(taken, [outer, length, inner], { contiguous: true, tame: kind === 'cumsum' }),
        })
        .map(({ out, input }) => ({
          kind,
          out,
          inputs: [input],
          attributes: { ...layout, ...options[kind] },
        }));
    });
