import fc from 'fast-check';
import { expect } from 'vitest';
import type { Backend, Operand } from '../../src/backend/backend.ts';
import type { KernelCall } from '../../src/backend/kernels.ts';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import type { DType, TypedArray } from '../../src/dtype.ts';
import { memoryOf, place, type StoredView } from '../native/operand.ts';
import { cases, cuda } from './engine.ts';

/** A kernel call whose operands are on no backend yet. */
export interface Case {
  readonly kind: KernelCall['kind'];
  readonly out: StoredView;
  readonly inputs: readonly (StoredView | number)[];
  readonly attributes: object;
  /** Units in the last place by which a float may differ. */
  readonly ulps?: number;
  /** What cancellation may cost, relative to the size of the terms. */
  readonly scale?: number;
}

export function run(test: Case, backend: Backend): TypedArray {
  const out = place(test.out, backend);
  const inputs: Operand[] = test.inputs.map((x) => (typeof x === 'number' ? x : place(x, backend)));
  const { kind, attributes } = test;
  backend.execute({ kind, outputs: [out], inputs, attributes } as KernelCall);
  const result = memoryOf(out);
  for (const operand of [out, ...inputs]) if (typeof operand === 'object') operand.storage.release();
  return result;
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
  { ulps = 0, scale = 0 }: { readonly ulps?: number; readonly scale?: number },
): boolean {
  if (got === wanted || (Number.isNaN(got) && Number.isNaN(wanted))) return false;
  if (!dtype.startsWith('float')) return true;
  const largest = dtype === 'float32' ? 3.4028234e38 : Number.MAX_VALUE;
  const near = (x: number): number => Math.max(Math.min(x, largest), -largest);
  const a = near(got);
  const b = near(wanted);
  return !(Math.abs(a - b) <= ulps * ulp(b, dtype) + scale * (dtype === 'float32' ? 1.2e-7 : 2.3e-16));
}

function check(test: Case): void {
  const wanted = run(test, referenceBackend);
  const got = run(test, cuda!);
  for (let i = 0; i < wanted.length; i++) {
    if (!differs(got[i]!, wanted[i]!, test.out.dtype, test)) continue;
    expect.fail(
      `${test.kind} ${JSON.stringify(test.attributes)}, element ${i} of ${wanted.length}: expected ${wanted[i]}, got ${got[i]}`,
    );
  }
}

/** Holds cases against the reference engine, all memory around the output included. */
export const property = (arbitrary: fc.Arbitrary<Case>, quick: number): void =>
  fc.assert(fc.property(arbitrary, check), { numRuns: cases(quick) });
