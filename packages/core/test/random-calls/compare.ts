import fc from 'fast-check';
import { expect } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import type { BasicKind, KernelAttributes } from '../../src/backend/kernels.ts';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import type { DType } from '../../src/dtype.ts';
import { type Case, run } from './case.ts';
import type { StoredView } from './operand.ts';

/** Cases per property: 10,000 in the heavy run (KINDLING_TEST_CASES=10000), else the given number. */
export const cases = (quick: number): number => Number(process.env.KINDLING_TEST_CASES ?? quick);

/** How far a float may be from the wanted one. Everything else is equal. */
export interface Tolerance {
  /** Units in the last place. */
  readonly ulps?: number;
  /** What cancellation may cost, relative to the size of the terms. */
  readonly scale?: number;
  /** By how much the function enlarges such an error where it has a value. Default 1. */
  readonly condition?: (wanted: number) => number;
}

/** The distance from a float to the next larger one. */
function ulp(x: number, dtype: DType): number {
  const digits = dtype === 'float32' ? 23 : 52;
  const smallest = dtype === 'float32' ? -149 : -1074;
  return 2 ** Math.max(Math.floor(Math.log2(Math.abs(x))) - digits, smallest);
}

/** Whether a result is further from the wanted one than allowed. An overflow counts as the largest float. */
export function differs(
  got: number,
  wanted: number,
  dtype: DType,
  { ulps = 0, scale = 0, condition = () => 1 }: Tolerance,
): boolean {
  if (got === wanted || (Number.isNaN(got) && Number.isNaN(wanted))) return false;
  if (!dtype.startsWith('float')) return true;
  const largest = dtype === 'float32' ? 3.4028234e38 : Number.MAX_VALUE;
  const near = (x: number): number => Math.max(Math.min(x, largest), -largest);
  const a = near(got);
  const b = near(wanted);
  const terms = scale * condition(b) * (dtype === 'float32' ? 1.2e-7 : 2.3e-16);
  return !(Math.abs(a - b) <= ulps * ulp(b, dtype) + terms);
}

/** Whether an element agrees with the wanted one. `largest`: the largest finite magnitude wanted of any element, at least 1. */
export type Agreement = (got: number, wanted: number, test: Case, largest: number) => boolean;

/** What an engine's kinds may cost; those left out are exact. */
export type Tolerances = {
  readonly [K in BasicKind]?: (attributes: KernelAttributes[K], test: Case) => Tolerance;
};

/** Compositions round more than once, and the reference's erf of float64 is good to about 1e-15. */
const looseUlps: { readonly [op: string]: number } = { softplus: 4, elu: 4, erf: 32 };

/** What that erf costs its inverse, which is the steeper the nearer to 1 its argument is: d erf⁻¹(x)/dx = √π/2 · exp(erf⁻¹(x)²). */
const inverseOfErf: Tolerance = {
  ulps: 2,
  scale: 8,
  condition: (wanted) => (Math.sqrt(Math.PI) / 2) * Math.exp(wanted * wanted),
};

/** Quotients of more than 22 bits are rounded before they are rounded down. */
const inexactBinary: readonly string[] = ['pow', 'atan2', 'floorDivide'];

/** What an engine may cost that adds up float32 in float64, and float64 in any order. */
export const rounding = {
  unary: ({ op }, { out }) =>
    op === 'erfinv' && out.dtype === 'float64'
      ? inverseOfErf
      : { ulps: looseUlps[op] ?? (out.dtype === 'float64' ? 3 : 2) },
  binary: ({ op }) => ({ ulps: inexactBinary.includes(op) ? 2 : 0 }),
  reduce: ({ op, length }, { out }) => {
    if (out.dtype !== 'float64') return { ulps: 1 };
    if (op === 'sum') return { ulps: 2, scale: 4 * length };
    return { ulps: op === 'prod' ? 20 : 1 };
  },
  matmul: ({ k }, { inputs }) => ({ scale: 16 * (k + inputs.length - 2) }),
} satisfies Tolerances;

export const within =
  (tolerances: Tolerances): Agreement =>
  (got, wanted, test) => {
    const toleranceOf = tolerances[test.kind as BasicKind] as
      | ((attributes: object, test: Case) => Tolerance)
      | undefined;
    return !differs(got, wanted, test.out.dtype, toleranceOf?.(test.attributes, test) ?? {});
  };

/** The reference's result, with the bias that its products leave out. */
function expected(test: Case): ArrayLike<number> {
  const [a, b, bias] = test.inputs;
  if (test.kind !== 'matmul' || bias === undefined) return run(test, referenceBackend);
  const product = run({ ...test, inputs: [a!, b!] }, referenceBackend);
  const { memory, offset, shape } = bias as StoredView;
  const start = test.out.offset;
  return product.map((value, i) => (i < start ? value : value + memory[offset + ((i - start) % shape[0]!)]!));
}

/** Holds a call on a backend against the reference engine, all memory around the output included. */
export function compare(test: Case, backend: Backend, agrees: Agreement): void {
  const wanted = expected(test);
  const got = run(test, backend);
  let largest = 1;
  for (let i = 0; i < wanted.length; i++)
    if (Number.isFinite(wanted[i])) largest = Math.max(largest, Math.abs(wanted[i]!));
  for (let i = 0; i < wanted.length; i++) {
    if (agrees(got[i]!, wanted[i]!, test, largest)) continue;
    expect.fail(
      `${test.kind} ${JSON.stringify(test.attributes)}, element ${i} of ${wanted.length}: expected ${wanted[i]}, got ${got[i]}`,
    );
  }
}

/** A property of an engine: as many calls as said, or as KINDLING_TEST_CASES says, agree with the reference. */
export const agreement =
  (backend: () => Backend, agrees: Agreement) =>
  (calls: fc.Arbitrary<Case>, quick: number): void =>
    fc.assert(
      fc.property(calls, (test) => compare(test, backend(), agrees)),
      { numRuns: cases(quick) },
    );
