import type { DType } from '../../dtype.ts';
import type { BufferView } from '../lowered-call.ts';
import { isBufferView, isDense } from '../passes/memory-use.ts';
import type { FusedPointwise, PointwiseCall } from '../passes/optimized-call.ts';
import { codes } from './codes.ts';
import type { Block } from './memory.ts';

/** Stands in place of a memory block for a result that one block of elements is kept of, in scratch memory. */
export interface ScratchBlock {
  readonly scratch: number;
}

interface FusedOperand {
  readonly operand: BufferView | number;
  /** Numbers have the dtype that they are computed with in. */
  readonly dtype: DType;
}

const agree = (a: FusedOperand, b: FusedOperand): boolean => {
  if (a.dtype !== b.dtype) return false;
  if (!isBufferView(a.operand) || !isBufferView(b.operand)) return Object.is(a.operand, b.operand);
  return a.operand.storage === b.operand.storage && a.operand.offset === b.operand.offset;
};

/** The operands of fused calls, each once. */
class FusedOperands {
  readonly list: FusedOperand[] = [];

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

function operandsOf({ outputs, inputs }: PointwiseCall): FusedOperand[] {
  const [output] = outputs as readonly [BufferView];
  // A choice has its condition first, and its numbers are of what is chosen.
  const dtype = inputs.findLast(isBufferView)?.dtype ?? output.dtype;
  const numbers = dtype === 'bool' ? output.dtype : dtype;
  return [output, ...inputs].map((operand) => ({
    operand,
    dtype: isBufferView(operand) ? operand.dtype : numbers,
  }));
}

/** What an operand is (`OperandForm` in native/src/fused-pointwise.cpp). */
const forms = { dense: 0, single: 1, number: 2, scratch: 3 };

function operandWords({ operand, dtype }: FusedOperand): number[] {
  if (!isBufferView(operand)) return [forms.number, codes.dtype[dtype], operand];
  const memory = operand.storage.handle as Block | ScratchBlock;
  if ('scratch' in memory) return [forms.scratch, codes.dtype[dtype], memory.scratch];
  const form = isDense(operand) ? forms.dense : forms.single;
  return [
    form,
    codes.dtype[dtype],
    memory.address,
    operand.storage.byteLength ?? memory.capacity,
    operand.offset,
  ];
}

function callWords(call: PointwiseCall, positions: readonly number[]): number[] {
  const { kind, attributes } = call;
  const op =
    call.kind === 'binary'
      ? codes.binary[call.attributes.op]
      : 'op' in call.attributes
        ? codes.unary[call.attributes.op]
        : 0;
  const [p = 0, q = 0] = 'parameters' in attributes ? attributes.parameters : [];
  const inputs = [1, 2, 3].map((i) => positions[i] ?? positions.at(-1)!);
  return [codes.kind[kind], op, p, q, positions[0]!, ...inputs];
}

/** The record of fused calls, as native/src/record.h describes it. */
export function fusedWords({ calls, count }: FusedPointwise): number[] {
  const operands = new FusedOperands(calls);
  return [
    codes.kind.fusedPointwise,
    count,
    calls.length,
    operands.list.length,
    ...operands.list.flatMap(operandWords),
    ...calls.flatMap((call) => callWords(call, operands.positionsOf(call))),
  ];
}
