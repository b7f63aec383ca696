import fc from 'fast-check';
import {
  arithmeticOps,
  type BinaryOp,
  comparisonOps,
  logicalOps,
  type UnaryOp,
  unaryOps,
} from '../../src/backend/kernels.ts';
import type { DType } from '../../src/dtype.ts';
import type { Case } from './case.ts';
import { floatDType, type StoredView, viewOf } from './operand.ts';

/** What an engine is given. */
interface Domain {
  readonly dtypes: fc.Arbitrary<DType>;
  readonly shapes: fc.Arbitrary<readonly number[]>;
}

const anyNumber = fc.constantFrom(0, 1, 3, -2, 0.5, 300, 2 ** 31, Number.NaN, Number.NEGATIVE_INFINITY);

/** Numbers that operations meet: those that the dtype holds. Conversion and comparison take any. */
function numberFor(dtype: DType): fc.Arbitrary<number> {
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
  numbers = numberFor(dtype),
): fc.Arbitrary<(StoredView | number)[]> =>
  fc
    .record({
      inputs: fc.tuple(...Array.from({ length: count }, () => viewOf(dtype, shape))),
      number: numbers,
      at: fc.integer({ min: -count, max: count - 1 }),
    })
    .map(({ inputs, number, at }) => inputs.map((x, i) => (i === at ? number : x)));

const outputOf = (dtype: DType, shape: readonly number[]): fc.Arbitrary<StoredView> =>
  viewOf(dtype, shape, { broadcasts: false });

const inPlace = fc.constantFrom(true, false, false, false);

/** Unary functions of integers too; the others take floats. */
const whole: readonly UnaryOp[] = [
  'neg',
  'abs',
  'sign',
  'relu',
  'floor',
  'ceil',
  'round',
  'trunc',
  'logicalNot',
];

export const unary = ({ dtypes, shapes }: Domain): fc.Arbitrary<Case> =>
  fc
    .record({ dtype: dtypes, shape: shapes, op: fc.constantFrom<UnaryOp>(...unaryOps) })
    .chain(({ dtype, shape, op }) => {
      const taken = whole.includes(op) || dtype.startsWith('float') ? dtype : 'float32';
      const result = op === 'logicalNot' ? 'bool' : taken;
      return fc
        .record({
          out: outputOf(result, shape),
          input: viewOf(taken, shape),
          inPlace,
          parameters: fc.constantFrom([0.5, 2], [1, 20], [0.25, 3]),
        })
        .map(({ out, input, inPlace, parameters }) => ({
          kind: 'unary' as const,
          out,
          inputs: [inPlace && result === taken ? ('out' as const) : input],
          attributes: { op, parameters },
        }));
    });

const predicates: readonly BinaryOp[] = [...comparisonOps, ...logicalOps];

export const binary = (
  { dtypes, shapes }: Domain,
  ops: readonly BinaryOp[] = [...arithmeticOps, ...predicates],
): fc.Arbitrary<Case> =>
  fc.record({ dtype: dtypes, shape: shapes, op: fc.constantFrom(...ops) }).chain(({ dtype, shape, op }) => {
    const isPredicate = predicates.includes(op);
    const taken = dtype === 'bool' && !isPredicate ? 'uint8' : dtype;
    return fc
      .record({
        out: outputOf(isPredicate ? 'bool' : taken, shape),
        inputs: operands(taken, shape, 2, isPredicate ? anyNumber : undefined),
        inPlace,
      })
      .map(({ out, inputs: [a, b], inPlace }) => ({
        kind: 'binary' as const,
        out,
        inputs: [inPlace && out.dtype === taken ? ('out' as const) : a!, b!],
        attributes: { op },
      }));
  });

/** Comparisons and logic of two dtypes, or of a number. */
export const mixed = ({ dtypes, shapes }: Domain): fc.Arbitrary<Case> =>
  fc
    .record({ a: dtypes, b: dtypes, shape: shapes, op: fc.constantFrom(...predicates) })
    .chain(({ a, b, shape, op }) =>
      fc
        .record({
          out: outputOf('bool', shape),
          x: viewOf(a, shape),
          y: fc.oneof({ weight: 3, arbitrary: viewOf(b, shape) }, anyNumber),
        })
        .map(({ out, x, y }) => ({ kind: 'binary' as const, out, inputs: [x, y], attributes: { op } })),
    );

export const where = ({ dtypes, shapes }: Domain): fc.Arbitrary<Case> =>
  fc.record({ dtype: dtypes, shape: shapes }).chain(({ dtype, shape }) =>
    fc
      .record({
        out: outputOf(dtype, shape),
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

/** Copies and conversions, of numbers too. */
export const copy = ({ dtypes, shapes }: Domain): fc.Arbitrary<Case> =>
  fc
    .record({ from: dtypes, to: dtypes, shape: shapes })
    .chain(({ from, to, shape }) =>
      fc
        .record({ out: outputOf(to, shape), inputs: operands(from, shape, 1, anyNumber) })
        .map(({ out, inputs }) => ({ kind: 'copy' as const, out, inputs, attributes: {} })),
    );

/** Copies of contiguous elements, and fills. */
export const move = ({ dtypes, shapes }: Domain): fc.Arbitrary<Case> =>
  fc.record({ dtype: dtypes, shape: shapes, fills: fc.boolean() }).chain(({ dtype, shape, fills }) =>
    fc
      .record({
        out: viewOf(dtype, shape, { contiguous: true }),
        input: fills ? numberFor(dtype) : viewOf(dtype, shape, { contiguous: true }),
      })
      .map(({ out, input }) => ({ kind: 'copy' as const, out, inputs: [input], attributes: {} })),
  );

/** Floats beyond 32 bits that become integers modulo 2^32. */
export const wideCopy: fc.Arbitrary<Case> = floatDType.chain((dtype) =>
  fc
    .record({ out: viewOf('int32', [40], { contiguous: true }), input: viewOf(dtype, [40]) })
    .map(({ out, input }) => {
      for (let i = 0; i < input.memory.length; i++) input.memory[i] = input.memory[i]! * 10 ** (i % 20);
      return { kind: 'copy' as const, out, inputs: [input], attributes: {} };
    }),
);
