import { type DType, dtypes } from '../../dtype.ts';
import type { BufferView } from '../lowered-call.ts';
import { type Tensorflow, type TfTensor, tfDTypeOf } from './tensorflow.ts';
import { read } from './views.ts';

/** A number as an element of a dtype: wrapped, truncated or rounded; anything non-zero is true. */
export function rounded(value: number, dtype: DType): number {
  if (dtype === 'bool') return Number(value !== 0);
  const array = dtypes[dtype].array(new ArrayBuffer(8), 0, 1);
  array[0] = value;
  return array[0]!;
}

/** An operand of a pointwise call that works in a dtype: a number becomes a scalar. */
export const operand = (tf: Tensorflow, from: BufferView | number, dtype: DType): TfTensor =>
  typeof from === 'number' ? tf.scalar(rounded(from, dtype), tfDTypeOf(dtype)) : read(tf, from);
