import { dtypes, type TypedArray } from '../../dtype.ts';
import { isContiguous, numel } from '../../shape.ts';
import type { Operand, View } from '../backend.ts';

/** The typed array over a view's whole storage; positions in it count from the view's offset. */
export function elementsOf(view: View): TypedArray {
  const buffer = view.storage.handle as ArrayBuffer;
  const { bytes, array } = dtypes[view.dtype];
  return array(buffer, 0, Math.floor(buffer.byteLength / bytes));
}

/** The elements of a contiguous view, from its first to its last. */
export function contiguousElements(view: View): TypedArray {
  const { bytes, array } = dtypes[view.dtype];
  return array(view.storage.handle as ArrayBuffer, view.offset * bytes, numel(view.shape));
}

/** Positions in the storage of a view's elements in row-major order. The view has at least one axis. */
export function positions(view: Pick<View, 'shape' | 'strides' | 'offset'>): Int32Array {
  const result = new Int32Array(numel(view.shape));
  const { shape, strides } = view;
  const counter = new Int32Array(shape.length);
  const last = shape.length - 1;
  const lastSize = shape[last]!;
  const lastStride = strides[last]!;
  let start = view.offset;
  for (let i = 0; i < result.length; ) {
    for (let j = 0, p = start; j < lastSize; j++, p += lastStride) result[i++] = p;
    for (let d = last - 1; d >= 0; d--) {
      start += strides[d]!;
      if (++counter[d]! < shape[d]!) break;
      start -= strides[d]! * shape[d]!;
      counter[d] = 0;
    }
  }
  return result;
}

/** Row-major access to an operand: its i-th element is `array[offset + i]`, or `array[order[i]]`, or constant. */
export interface Reader {
  readonly array: TypedArray;
  readonly offset: number;
  readonly order: Int32Array | undefined;
  readonly step: 0 | 1;
}

const constant = (value: number): Reader => ({
  array: Float64Array.of(value),
  offset: 0,
  order: undefined,
  step: 0,
});

export function reader(operand: Operand): Reader {
  if (typeof operand === 'number') return constant(operand);
  const array = elementsOf(operand);
  if (operand.strides.every((stride) => stride === 0))
    return { array, offset: operand.offset, order: undefined, step: 0 };
  const order = isContiguous(operand.shape, operand.strides) ? undefined : positions(operand);
  return { array, offset: order === undefined ? operand.offset : 0, order, step: 1 };
}
