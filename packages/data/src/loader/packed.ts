import { type DType, type NumericArray, Tensor, tensor } from '@kindling/core';

/** A value in a form that passes from one thread to another. */
export type Packed =
  | {
      readonly type: 'tensor';
      readonly data: NumericArray;
      readonly shape: readonly number[];
      readonly dtype: DType;
    }
  | { readonly type: 'array'; readonly items: readonly Packed[] }
  | { readonly type: 'object'; readonly entries: readonly (readonly [key: string, value: Packed])[] }
  | { readonly type: 'value'; readonly value: unknown };

/**
 * Packs tensors, arrays and objects of these, and whatever can be cloned.
 *
 * @param transfer receives the memory that is given away with it.
 */
export function pack(value: unknown, transfer: ArrayBuffer[]): Packed {
  if (value instanceof Tensor) {
    const { shape, dtype } = value;
    // A copy, whose memory nothing else uses.
    const data = value.data().slice();
    if (data.buffer instanceof ArrayBuffer) transfer.push(data.buffer);
    return { type: 'tensor', data, shape, dtype };
  }
  if (Array.isArray(value)) return { type: 'array', items: value.map((item) => pack(item, transfer)) };
  const isPlain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return { type: 'value', value };
  const entries = Object.entries(value).map(([key, each]) => [key, pack(each, transfer)] as const);
  return { type: 'object', entries };
}

/** What was packed, with tensors on the CPU. */
export function unpack(packed: Packed): unknown {
  switch (packed.type) {
    case 'tensor':
      return tensor(packed.data, { shape: packed.shape, dtype: packed.dtype, device: 'cpu' });
    case 'array':
      return packed.items.map(unpack);
    case 'object':
      return Object.fromEntries(packed.entries.map(([key, value]) => [key, unpack(value)]));
    case 'value':
      return packed.value;
  }
}
