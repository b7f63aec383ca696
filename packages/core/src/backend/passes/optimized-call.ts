import type { PointwiseKind } from '../kernels.ts';
import type { BufferView, LoweredCall, LoweredCallOf } from '../lowered-call.ts';

export type PointwiseCall = { [K in PointwiseKind]: LoweredCallOf<K> }[PointwiseKind];

/**
 * Pointwise calls over the same number of elements, each of whose operands is dense or one element, to be done together, block of
 * elements by block. In a block they are done in their order.
 */
export interface FusedPointwise {
  readonly kind: 'fusedPointwise';
  readonly calls: readonly PointwiseCall[];
  /** Elements of each output. */
  readonly count: number;
}

/** out [columns] ← totals of the columns of a matrix, in the dtype that sums are computed in. */
export interface ColumnTotals {
  readonly kind: 'columnTotals';
  readonly outputs: readonly [BufferView];
  readonly inputs: readonly [BufferView];
  readonly attributes: { readonly rows: number; readonly columns: number };
}

/**
 * What is done on lines: a line has one element of all `rows` side by side. Several lines are `step` apart, a single one has its rows alone.
 *
 * - `fromRows`: n lines ← a matrix [rows, n]
 * - `product`: n lines ← w · m lines, plus a bias [n] where there is one; w is [m, n], or [n, m] where it `isTransposed`
 * - `sums`: out [m, n] ← the sums over the rows of m lines times n lines
 * - `totals`: out [n] ← the totals of n lines, in the dtype that sums are computed in
 */
export interface LinesCall {
  readonly kind: 'lines';
  readonly outputs: readonly [BufferView];
  readonly inputs: readonly BufferView[];
  readonly attributes: {
    readonly op: 'fromRows' | 'product' | 'sums' | 'totals';
    readonly rows: number;
    readonly step: number;
    readonly m: number;
    readonly n: number;
    readonly isTransposed: boolean;
  };
}

export type PlainCall = LoweredCall | ColumnTotals | LinesCall;

/** Whether a call is of a kind that is declared, not of those that passes make. */
export const isDeclared = (call: PlainCall): call is LoweredCall =>
  call.kind !== 'columnTotals' && call.kind !== 'lines';

/** Lists of calls that threads may do at the same time, each in its order. */
export interface SharedTasks {
  readonly kind: 'sharedTasks';
  readonly tasks: readonly (readonly (PlainCall | FusedPointwise)[])[];
}

export type OptimizedCall = LoweredCall | FusedPointwise | SharedTasks;

/** The calls of which optimized calls are made, in their order. */
export function callsOf(optimized: OptimizedCall | PlainCall): readonly PlainCall[] {
  if (optimized.kind === 'fusedPointwise') return optimized.calls;
  if (optimized.kind === 'sharedTasks') return optimized.tasks.flat().flatMap(callsOf);
  return [optimized];
}
