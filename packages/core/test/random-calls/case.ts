import type { Backend } from '../../src/backend/backend.ts';
import type { KernelCall } from '../../src/backend/kernels.ts';
import type { TypedArray } from '../../src/dtype.ts';
import { memoryOf, place, type StoredView } from './operand.ts';

/** A kernel call whose operands are on no backend yet. `inputs` may name the output, to write in place. */
export interface Case {
  readonly kind: KernelCall['kind'];
  readonly out: StoredView;
  readonly inputs: readonly (StoredView | number | 'out')[];
  readonly attributes: object;
}

/** Executes a call and gives all the memory around its output. */
export function run({ kind, out, inputs, attributes }: Case, backend: Backend): TypedArray {
  const target = place(out, backend);
  const operands = inputs.map((x) => (x === 'out' ? target : typeof x === 'number' ? x : place(x, backend)));
  const storages = [target, ...operands].flatMap((x) => (typeof x === 'object' ? [x.storage] : []));
  try {
    const outputs = kind === 'assertRange' ? [] : [target];
    backend.execute({ kind, outputs, inputs: operands, attributes } as KernelCall);
    return memoryOf(target);
  } finally {
    for (const storage of new Set(storages)) storage.release();
  }
}

/** The error that a call ends with, or 'no error'. */
export function refusal(call: Case, backend: Backend): string {
  try {
    run(call, backend);
  } catch (error) {
    return String(error);
  }
  return 'no error';
}
