import type { DType } from '../../dtype.ts';
import type { PointwiseCall } from '../improve/fuse-pointwise.ts';
import { isPlace } from '../improve/memory-use.ts';
import type { Place } from '../placed-call.ts';

/** Stands in place of a memory block for a result that one block of elements is kept of, in scratch memory. */
export interface ChainBlock {
  readonly scratch: number;
}

export interface ChainOperand {
  readonly operand: Place | number;
  /** Numbers have the dtype that they are computed with in. */
  readonly dtype: DType;
}

const agree = (a: ChainOperand, b: ChainOperand): boolean => {
  if (a.dtype !== b.dtype) return false;
  if (!isPlace(a.operand) || !isPlace(b.operand)) return Object.is(a.operand, b.operand);
  return a.operand.storage === b.operand.storage && a.operand.offset === b.operand.offset;
};

/** The operands of a chain's calls, each once. */
export class ChainOperands {
  readonly list: ChainOperand[] = [];

  constructor(calls: readonly PointwiseCall[]) {
    for (const call of calls) {
      for (const operand of operandsOf(call)) {
        if (!this.list.some((known) => agree(known, operand))) this.list.push(operand);
      }
    }
  }

  /** Where the call's output and its inputs stand. */
  positionsOf(call: PointwiseCall): number[] {
    return operandsOf(call).map((operand) => this.list.findIndex((known) => agree(known, operand)));
  }
}

function operandsOf({ outputs, inputs }: PointwiseCall): ChainOperand[] {
  const [output] = outputs as readonly [Place];
  // A choice has its condition first, and its numbers are of what is chosen.
  const dtype = inputs.findLast(isPlace)?.dtype ?? output.dtype;
  const numbers = dtype === 'bool' ? output.dtype : dtype;
  return [output, ...inputs].map((operand) => ({
    operand,
    dtype: isPlace(operand) ? operand.dtype : numbers,
  }));
}
