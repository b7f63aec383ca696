import type { DType, TypedArray } from '../dtype.ts';
import { FormatError } from '../errors.ts';

/** How a safetensors dtype lies in a file, little-endian, and how it is read. */
interface Layout {
  readonly bytes: number;
  readonly dtype: DType;
  /** Elements from the bytes of one tensor, which are aligned to the element size. */
  read(bytes: Uint8Array): TypedArray;
}

type ArrayType<T> = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => T;

const view = <T>(type: ArrayType<T>, bytes: Uint8Array, size: number): T =>
  new type(bytes.buffer, bytes.byteOffset, bytes.length / size);

function narrowed(bytes: Uint8Array): Int32Array {
  const wide = view(BigInt64Array, bytes, 8);
  const result = new Int32Array(wide.length);
  wide.forEach((value, i) => {
    if (BigInt.asIntN(32, value) !== value) {
      throw new FormatError(`expected I64 elements in the range of int32, got ${value} at position ${i}`);
    }
    result[i] = Number(value);
  });
  return result;
}

/** IEEE 754 binary16: a sign, 5 bits of exponent biased by 15, 10 bits of fraction. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of a float32. */
const brainToFloat32 = (bytes: Uint8Array): Float32Array =>
  new Float32Array(Uint32Array.from(view(Uint16Array, bytes, 2), (upper) => upper << 16).buffer);

export const layouts = {
  F64: { bytes: 8, dtype: 'float64', read: (bytes) => view(Float64Array, bytes, 8) },
  F32: { bytes: 4, dtype: 'float32', read: (bytes) => view(Float32Array, bytes, 4) },
  F16: {
    bytes: 2,
    dtype: 'float32',
    read: (bytes) => Float32Array.from(view(Uint16Array, bytes, 2), halfToNumber),
  },
  BF16: { bytes: 2, dtype: 'float32', read: brainToFloat32 },
  I64: { bytes: 8, dtype: 'int32', read: narrowed },
  I32: { bytes: 4, dtype: 'int32', read: (bytes) => view(Int32Array, bytes, 4) },
  U8: { bytes: 1, dtype: 'uint8', read: (bytes) => bytes },
  BOOL: { bytes: 1, dtype: 'bool', read: (bytes) => bytes },
} as const satisfies Record<string, Layout>;

/** A dtype of the file format that can be read. */
export type StoredDType = keyof typeof layouts;

export const isStoredDType = (name: unknown): name is StoredDType =>
  typeof name === 'string' && Object.hasOwn(layouts, name);

/** What each dtype is written as, in the order in which the tensors lie in a file: the widest first, so that all are aligned. */
export const storedAs = {
  float64: 'F64',
  float32: 'F32',
  int32: 'I32',
  uint8: 'U8',
  bool: 'BOOL',
} as const satisfies Record<DType, StoredDType>;
