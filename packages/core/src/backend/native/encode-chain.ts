import type { DType } from '../../dtype.ts';
import type { Chain, PointwiseCall } from '../improve/fuse-pointwise.ts';
import { isDense, isPlace } from '../improve/memory-use.ts';
import type { Place } from '../placed-call.ts';
import { codes } from './codes.ts';
import type { Block } from './memory.ts';

/** Stands in place of a memory block for a result that one block of elements is kept of, in scratch memory. */
export interface ChainBlock {
  readonly scratch: number;
}

interface ChainOperand {
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
class ChainOperands {
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

/** What an operand is (`Operand` in native/src/chain.cpp). */
const forms = { dense: 0, single: 1, number: 2, scratch: 3 };

function operandWords({ operand, dtype }: ChainOperand): number[] {
  if (!isPlace(operand)) return [forms.number, codes.dtype[dtype], operand];
  const memory = operand.storage.handle as Block | ChainBlock;
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

/** The record of a chain behind its kind, as native/src/record.h describes it. */
export function chainWords({ calls, count }: Chain): number[] {
  const operands = new ChainOperands(calls);
  return [
    count,
    calls.length,
    operands.list.length,
    ...operands.list.flatMap(operandWords),
    ...calls.flatMap((call) => callWords(call, operands.positionsOf(call))),
  ];
}
