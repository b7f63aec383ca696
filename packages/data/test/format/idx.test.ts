import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DataError } from '../../src/data-error.ts';
import { encodeIdx, type IdxArray, parseIdx, parseIdxBytes } from '../../src/format/idx.ts';
import { messageOf, thrownBy } from './data-error.ts';

const shape = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 });
const size = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

const array: fc.Arbitrary<IdxArray> = shape.chain((dims) => {
  const length = { minLength: size(dims), maxLength: size(dims) };
  return fc
    .oneof(
      fc.uint8Array(length),
      fc.int8Array(length),
      fc.int16Array(length),
      fc.int32Array(length),
      fc.float32Array(length),
      fc.float64Array(length),
    )
    .map((data) => ({ shape: dims, data }));
});

test('reads the bytes of the format description', () => {
  const bytes = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255);
  expect(parseIdx(bytes, 'x')).toEqual({ shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 255) });
  const int16 = Uint8Array.of(0, 0, 0x0b, 1, 0, 0, 0, 2, 0x01, 0x02, 0xff, 0xfe);
  expect(parseIdx(int16, 'x')).toEqual({ shape: [2], data: Int16Array.of(258, -2) });
  const float32 = Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 1, 0x3f, 0x80, 0, 0);
  expect(parseIdx(float32, 'x')).toEqual({ shape: [1], data: Float32Array.of(1) });
});

test('reads back what it writes', () => {
  fc.assert(
    fc.property(array, (value) => {
      expect(parseIdx(encodeIdx(value), 'x')).toEqual(value);
    }),
  );
});

test('reads from the middle of a buffer, and copies', () => {
  const value = { shape: [2], data: Float64Array.of(1.5, -2) };
  const bytes = encodeIdx(value);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  expect(parseIdx(shifted.subarray(3), 'x')).toEqual(value);

  const source = encodeIdx({ shape: [1], data: Uint8Array.of(7) });
  const parsed = parseIdx(source, 'x');
  source.fill(0);
  expect(parsed.data[0]).toBe(7);
});

test('never takes a file that is cut or has more', () => {
  fc.assert(
    fc.property(array, fc.nat(), fc.uint8Array({ minLength: 1 }), (value, at, more) => {
      const bytes = encodeIdx(value);
      expect(thrownBy(() => parseIdx(bytes.subarray(0, at % bytes.length), 'x'))).toBeInstanceOf(DataError);
      expect(thrownBy(() => parseIdx(Uint8Array.of(...bytes, ...more), 'x'))).toBeInstanceOf(DataError);
    }),
  );
});

test('takes any bytes as an array of their length or as an error', () => {
  const header = fc.tuple(
    fc.constantFrom(0, 1),
    fc.constantFrom(0, 8, 9, 11, 12, 13, 14),
    fc.nat({ max: 255 }),
  );
  const bytes = fc
    .tuple(header, fc.uint8Array({ maxLength: 40 }))
    .map(([[a, type, rank], rest]) => Uint8Array.of(a, 0, type, rank, ...rest));
  fc.assert(
    fc.property(fc.oneof(bytes, fc.uint8Array()), (input) => {
      const error = thrownBy(() => {
        const { shape: dims, data } = parseIdx(input, 'x');
        expect(data.length).toBe(size(dims));
        expect(4 + 4 * dims.length + data.byteLength).toBe(input.length);
      });
      if (error !== undefined) expect(error).toBeInstanceOf(DataError);
    }),
  );
});

test.each([
  [Uint8Array.of(0, 0), 'images: expected an IDX header of 4 bytes, got a file of 2'],
  [
    new TextEncoder().encode('<html>'),
    'images: expected an IDX file, which begins with 00 00, got one that begins with 3c 68 74 6d',
  ],
  [
    Uint8Array.of(0, 1, 8, 1),
    'images: expected an IDX file, which begins with 00 00, got one that begins with 00 01 08 01',
  ],
  [
    Uint8Array.of(0, 0, 7, 1),
    'images: expected an IDX element type of 08 (uint8), 09 (int8), 0b (int16), 0c (int32), 0d (float32), 0e (float64), got 07',
  ],
  [
    Uint8Array.of(0, 0, 8, 0),
    'images: expected an IDX array of at least 1 dimension, got one of 0 dimensions',
  ],
  [
    Uint8Array.of(0, 0, 8, 3, 0, 0),
    'images: expected an IDX header of 16 bytes for 3 dimensions, got a file of 6',
  ],
  [
    Uint8Array.of(0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2, 3),
    'images: expected 47040016 bytes for shape [60000, 28, 28] of uint8, got 19 bytes',
  ],
])('says what is wrong with %j', (bytes, message) => {
  expect(messageOf(() => parseIdx(bytes, 'images'))).toBe(message);
});

test('parseIdxBytes refuses other types and ranks', () => {
  const labels = encodeIdx({ shape: [2], data: Uint8Array.of(1, 2) });
  expect(parseIdxBytes(labels, 1, 'labels').data).toEqual(Uint8Array.of(1, 2));
  expect(messageOf(() => parseIdxBytes(labels, 3, 'images'))).toBe(
    'images: expected an IDX array of uint8 with 3 dimensions, got uint8 of shape [2]',
  );
  const floats = encodeIdx({ shape: [1], data: Float32Array.of(1) });
  expect(messageOf(() => parseIdxBytes(floats, 1, 'labels'))).toBe(
    'labels: expected an IDX array of uint8 with 1 dimensions, got float32 of shape [1]',
  );
});

test('encodeIdx refuses a shape that does not fit', () => {
  expect(messageOf(() => encodeIdx({ shape: [3], data: new Uint8Array(2) }))).toBe(
    'encodeIdx: expected 3 elements for shape [3], got 2',
  );
  expect(messageOf(() => encodeIdx({ shape: [], data: new Uint8Array(1) }))).toBe(
    'encodeIdx: expected 1 to 255 dimensions, got 0',
  );
});

test("parseIdx copies a file's bytes, parseIdxBytes shows them", () => {
  const file = encodeIdx({ shape: [2], data: Uint8Array.of(1, 2) });
  const [copy, view] = [parseIdx(file, 'x'), parseIdxBytes(file, 1, 'x')];
  file[file.length - 1] = 9;
  expect([[...copy.data], [...view.data]]).toEqual([
    [1, 2],
    [1, 9],
  ]);
});
