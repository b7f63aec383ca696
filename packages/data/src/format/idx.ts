import { formatShape } from '@kindling/core/internal';
import { DataError } from '../data-error.ts';
import { assertBytes, assertHas } from '../given-argument.ts';

/** The numbers of an IDX file, in row-major order. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** An array read from an IDX file. */
export interface IdxArray<T extends IdxData = IdxData> {
  readonly shape: readonly number[];
  readonly data: T;
}

/** The element types: the code in the header, and how DataView (big-endian unless told) reads and writes one. */
const types = [
  { code: 0x08, name: 'uint8', Elements: Uint8Array, get: 'getUint8', set: 'setUint8' },
  { code: 0x09, name: 'int8', Elements: Int8Array, get: 'getInt8', set: 'setInt8' },
  { code: 0x0b, name: 'int16', Elements: Int16Array, get: 'getInt16', set: 'setInt16' },
  { code: 0x0c, name: 'int32', Elements: Int32Array, get: 'getInt32', set: 'setInt32' },
  { code: 0x0d, name: 'float32', Elements: Float32Array, get: 'getFloat32', set: 'setFloat32' },
  { code: 0x0e, name: 'float64', Elements: Float64Array, get: 'getFloat64', set: 'setFloat64' },
] as const;

const typeOf = (data: IdxData) => types.find(({ Elements }) => data instanceof Elements)!;

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');

/**
 * Reads an IDX array: two zero bytes, a byte for the element type, a byte for the number of dimensions, one big-endian
 * uint32 for each dimension, then the elements in row-major order, big-endian.
 *
 * @throws DataError when the header is none, or the bytes are fewer or more than the dimensions ask for. `place` names the
 *   file in it.
 * @see http://yann.lecun.com/exdb/mnist/ ("The IDX file format")
 */
export function parseIdx(bytes: Uint8Array, place: string): IdxArray {
  assertBytes('parseIdx', bytes);
  const { shape, data } = readIdx(bytes, place);
  // `slice` of a Buffer is a view of the file's bytes.
  return { shape, data: data instanceof Uint8Array ? new Uint8Array(data) : data };
}

/** {@link parseIdx}, with bytes as a view of those of the file. */
function readIdx(bytes: Uint8Array, place: string): IdxArray {
  const fail = (expected: string, got: string): never => {
    throw new DataError({ place, expected, got });
  };
  if (bytes.length < 4) fail('an IDX header of 4 bytes', `a file of ${bytes.length}`);
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    fail('an IDX file, which begins with 00 00', `one that begins with ${hex(bytes.subarray(0, 4))}`);
  }
  const type = types.find(({ code }) => code === bytes[2]);
  if (type === undefined) {
    const known = types.map(({ code, name }) => `${hex(Uint8Array.of(code))} (${name})`).join(', ');
    return fail(`an IDX element type of ${known}`, hex(bytes.subarray(2, 3)));
  }
  const rank = bytes[3] ?? 0;
  if (rank === 0) fail('an IDX array of at least 1 dimension', 'one of 0 dimensions');
  const start = 4 + 4 * rank;
  if (bytes.length < start)
    fail(`an IDX header of ${start} bytes for ${rank} dimensions`, `a file of ${bytes.length}`);

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const count = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
  const width = type.Elements.BYTES_PER_ELEMENT;
  const expected = start + count * width;
  if (bytes.length !== expected) {
    fail(`${expected} bytes for shape ${formatShape(shape)} of ${type.name}`, `${bytes.length} bytes`);
  }
  if (type.name === 'uint8') return { shape, data: bytes.subarray(start) };
  const data = new type.Elements(count);
  for (let i = 0; i < count; i++) data[i] = view[type.get](start + i * width);
  return { shape, data };
}

/**
 * {@link parseIdx} for an array of bytes with `rank` dimensions, as MNIST's files hold. Its data is a view of `bytes`.
 *
 * @throws DataError as `parseIdx`, and for any other element type or number of dimensions.
 */
export function parseIdxBytes(bytes: Uint8Array, rank: number, place: string): IdxArray<Uint8Array> {
  const { shape, data } = readIdx(bytes, place);
  if (!(data instanceof Uint8Array) || shape.length !== rank) {
    throw new DataError({
      place,
      expected: `an IDX array of uint8 with ${rank} dimensions`,
      got: `${typeOf(data).name} of shape ${formatShape(shape)}`,
    });
  }
  return { shape, data };
}

/**
 * The IDX file of an array; {@link parseIdx} reads it back.
 *
 * @throws DataError when the shape has no dimension or more than 255, or asks for another number of elements.
 */
export function encodeIdx(array: IdxArray): Uint8Array {
  const place = 'encodeIdx';
  assertHas(place, 'array', array, ['shape', 'data']);
  const { shape, data } = array;
  if (shape.length < 1 || shape.length > 255) {
    throw new DataError({ place, expected: '1 to 255 dimensions', got: `${shape.length}` });
  }
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length) {
    throw new DataError({
      place,
      expected: `${count} elements for shape ${formatShape(shape)}`,
      got: `${data.length}`,
    });
  }
  const type = typeOf(data);
  const width = type.Elements.BYTES_PER_ELEMENT;
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + count * width);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, type.code, shape.length]);
  shape.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size);
  });
  for (let i = 0; i < count; i++) view[type.set](start + i * width, data[i]!);
  return bytes;
}
