import { dtypes } from '../../dtype.ts';
import { numel } from '../../shape.ts';
import { tableOf } from '../kernels.ts';
import type { BufferView } from '../lowered-call.ts';
import { isDeclared, type PlainCall } from './optimized-call.ts';

/** A piece of memory, by identity. Places with the same buffer may overlap, places with different ones never do. */
export type Buffer = BufferView['storage'];

/** Bytes [start, end) of a buffer. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** The bytes from the first to the last element of a place. */
export function extentOf({ dtype, shape, strides, offset }: BufferView): Extent {
  const { bytes } = dtypes[dtype];
  if (numel(shape) === 0) return { start: 0, end: 0 };
  let first = offset;
  let last = offset;
  for (const [d, size] of shape.entries()) {
    const reach = (size - 1) * strides[d]!;
    if (reach < 0) first += reach;
    else last += reach;
  }
  return { start: first * bytes, end: (last + 1) * bytes };
}

/** Whether elements lie one behind the other in the order of their indices, without gaps. */
export function isDense({ shape, strides }: Pick<BufferView, 'shape' | 'strides'>): boolean {
  let expected = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] === 1) continue;
    if (strides[d] !== expected) return false;
    expected *= shape[d]!;
  }
  return true;
}

/** Whether a place is one element throughout. */
export const isSingle = ({ shape, strides }: Pick<BufferView, 'shape' | 'strides'>): boolean =>
  shape.every((size, d) => size === 1 || strides[d] === 0);

export const isBufferView = (operand: BufferView | number): operand is BufferView =>
  typeof operand === 'object';

/** Whether a kind writes every element of its outputs, and reads none of them. */
const overwrites = tableOf(({ updatesOutputs }) => updatesOutputs === undefined);

export const overwritesOutputs = (call: PlainCall): boolean => !isDeclared(call) || overwrites[call.kind];

const failing = tableOf(({ mayFail }) => mayFail !== undefined);

/** Whether a call refuses what it reads, and then everything behind it must not have happened. */
export const mayFail = (call: PlainCall): boolean => isDeclared(call) && failing[call.kind];

const collective = tableOf((declaration) => declaration.collective !== undefined);

/** Whether other processes wait for a call. */
export const isCollective = (call: PlainCall): boolean => isDeclared(call) && collective[call.kind];

/** Places that a call reads. */
export const readsOf = (call: PlainCall): readonly BufferView[] => [
  ...(call.inputs as readonly (BufferView | number)[]).filter(isBufferView),
  ...(overwritesOutputs(call) ? [] : call.outputs),
];
