import { decodeSafetensors, FormatError } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { assemble } from './reader.ts';

const f32 = (shape: readonly number[], start: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [start, end],
});

/** A file whose header has one tensor `a` with these fields, and 16 bytes of data. */
const withTensor = (a: unknown): Uint8Array => assemble({ a }, new Uint8Array(16));

const lengthOnly = (length: bigint): Uint8Array => new Uint8Array(BigUint64Array.of(length).buffer);

const good = f32([4], 0, 16);

const cases: readonly (readonly [string, Uint8Array, string])[] = [
  ['an empty file', new Uint8Array(0), 'expected 8 bytes for the length of the header, got 0'],
  ['7 bytes', new Uint8Array(7), 'expected 8 bytes for the length of the header, got 7'],
  [
    'a header past the end',
    assemble({ a: good }).subarray(0, 20),
    'expected a header of 55 bytes, got 12 before the end of the file',
  ],
  [
    'a header over the limit',
    lengthOnly(100_000_001n),
    'expected a header of at most 100000000 bytes, got a length of 100000001',
  ],
  [
    'the largest length there is',
    lengthOnly(2n ** 64n - 1n),
    'expected a header of at most 100000000 bytes, got a length of 18446744073709551615',
  ],
  ['no header', lengthOnly(0n), 'expected a header that begins with {, got ""'],
  ['a list as header', assemble([]), 'expected a header that begins with {, got "["'],
  ['a blank before the header', assemble(' {}'), 'expected a header that begins with {, got " "'],
  [
    'a byte order mark before the header',
    assemble('\ufeff{}'),
    'expected a header that begins with {, got "\ufeff"',
  ],
  [
    'bytes that are not UTF-8',
    assemble('{"a??').with(11, 0xff),
    'expected a UTF-8 header, got invalid bytes',
  ],
  [
    'a tensor twice',
    assemble('{"a":1,"b":{"x":{}},"\\u0061":2}'),
    'expected each name once in the header, got "a" twice',
  ],
  [
    'a field twice',
    assemble('{"a":{"dtype":"F32","dtype":"F64"}}'),
    'expected each name once in the header, got "dtype" twice',
  ],
  [
    'metadata twice',
    assemble('{"__metadata__":{"a":"{","b":"","a":""}}'),
    'expected each name once in the header, got "a" twice',
  ],
  [
    'metadata that are no object',
    assemble({ __metadata__: ['a'] }),
    'expected __metadata__ to map names to strings, got ["a"]',
  ],
  [
    'metadata that are null',
    assemble({ __metadata__: null }),
    'expected __metadata__ to map names to strings, got null',
  ],
  [
    'a number in metadata',
    assemble({ __metadata__: { epoch: 3 } }),
    'expected a string for __metadata__ "epoch", got 3',
  ],
  ['a tensor that is no object', withTensor(3), 'tensor "a": expected an object, got 3'],
  [
    'an unknown dtype',
    withTensor({ ...good, dtype: 'F8_E4M3' }),
    'tensor "a": expected dtype to be one of F64, F32, F16, BF16, I64, I32, U8, BOOL, got "F8_E4M3"',
  ],
  [
    'an inherited name as dtype',
    withTensor({ ...good, dtype: 'toString' }),
    'tensor "a": expected dtype to be one of F64, F32, F16, BF16, I64, I32, U8, BOOL, got "toString"',
  ],
  [
    'no dtype',
    withTensor({ shape: [4], data_offsets: [0, 16] }),
    'tensor "a": expected dtype to be one of F64, F32, F16, BF16, I64, I32, U8, BOOL, got none',
  ],
  [
    'no shape',
    withTensor({ dtype: 'F32', data_offsets: [0, 16] }),
    'tensor "a": expected shape to be an array of sizes, got none',
  ],
  [
    'a negative size',
    withTensor(f32([-2, -2], 0, 16)),
    'tensor "a": expected shape to be an array of sizes, got [-2,-2]',
  ],
  [
    'a fractional size',
    withTensor(f32([1.5], 0, 6)),
    'tensor "a": expected shape to be an array of sizes, got [1.5]',
  ],
  [
    'a shape beyond all memory',
    withTensor(f32([2 ** 40, 2 ** 40], 0, 16)),
    'tensor "a": expected a shape of less than 2^53 bytes, got [1099511627776,1099511627776]',
  ],
  [
    'no offsets',
    withTensor({ dtype: 'F32', shape: [4] }),
    'tensor "a": expected data_offsets to be [start, end], got none',
  ],
  [
    'three offsets',
    withTensor({ ...good, data_offsets: [0, 16, 32] }),
    'tensor "a": expected data_offsets to be [start, end], got [0,16,32]',
  ],
  [
    'offsets in reverse',
    withTensor(f32([4], 16, 0)),
    'tensor "a": expected data_offsets to be [start, end], got [16,0]',
  ],
  [
    'an offset that is text',
    withTensor({ ...good, data_offsets: ['0', 16] }),
    'tensor "a": expected data_offsets to be [start, end], got ["0",16]',
  ],
  [
    'too few bytes for the shape',
    withTensor(f32([2, 3], 0, 16)),
    'tensor "a": expected 24 bytes for F32 of shape [2, 3], got 16 in data_offsets [0, 16]',
  ],
  [
    'data past the end',
    withTensor(f32([6], 0, 24)),
    'tensor "a": expected data_offsets within 16 bytes of data, got [0, 24]',
  ],
  [
    'a gap at the start',
    withTensor(f32([2], 8, 16)),
    'tensor "a": expected data_offsets from 0 on, behind the header, got [8, 16]: a gap',
  ],
  [
    'an overlap',
    assemble({ b: f32([2], 4, 12), a: f32([2], 0, 8) }, new Uint8Array(16)),
    'tensor "b": expected data_offsets from 8 on, behind tensor "a", got [4, 12]: an overlap',
  ],
  [
    'a gap',
    assemble({ a: f32([1], 0, 4), b: f32([1], 12, 16) }, new Uint8Array(16)),
    'tensor "b": expected data_offsets from 4 on, behind tensor "a", got [12, 16]: a gap',
  ],
  ['data behind the last tensor', withTensor(f32([1], 0, 4)), 'expected 4 bytes of data, got 16'],
  ['data without tensors', assemble({}, new Uint8Array(3)), 'expected 0 bytes of data, got 3'],
  [
    'an integer beyond int32',
    assemble(
      { n: { dtype: 'I64', shape: [2], data_offsets: [0, 16] } },
      new Uint8Array(BigInt64Array.of(1n, 2n ** 53n + 1n).buffer),
    ),
    'tensor "n": expected I64 elements in the range of int32, got 9007199254740993 at position 1',
  ],
];

describe('a file is refused that has', () => {
  test.each(cases)('%s', (_, file, message) => {
    expect(() => decodeSafetensors(file)).toThrow(new FormatError(`safetensors: ${message}`));
  });

  test('a header that is no JSON', () => {
    expect(() => decodeSafetensors(assemble('{"a":'))).toThrow(
      /^safetensors: expected a header in JSON, got ./,
    );
    expect(() => decodeSafetensors(assemble('{"a":'))).toThrow(FormatError);
  });

  test('a header that is nested without end', () => {
    const deep = `{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`;
    expect(() => decodeSafetensors(assemble(deep))).toThrow(
      new FormatError('safetensors: tensor "a": expected an object, got a deeply nested value'),
    );
  });
});

test('errors name the file that they are given, and cut what is long', () => {
  const file = assemble({ ['x'.repeat(1000)]: 'y'.repeat(1000) });
  expect(() => decodeSafetensors(file, { name: 'model.safetensors' })).toThrow(
    new FormatError(
      `model.safetensors: tensor "${'x'.repeat(99)}…: expected an object, got "${'y'.repeat(99)}…`,
    ),
  );
});

test('an empty tensor may lie anywhere between the others', () => {
  const header = { a: f32([1], 0, 4), none: f32([0, 7], 4, 4), b: f32([1], 4, 8), last: f32([0], 8, 8) };
  expect(Object.keys(decodeSafetensors(assemble(header, new Uint8Array(8))).tensors)).toHaveLength(4);
});

test('fields that are not known, and blanks around the header, do no harm', () => {
  const file = assemble(`{"a":${JSON.stringify({ ...good, note: 'x' })}}   \n`, new Uint8Array(16));
  expect(decodeSafetensors(file).tensors.a?.shape).toEqual([4]);
});
