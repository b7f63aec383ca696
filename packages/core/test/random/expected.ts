import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { expect } from 'vitest';

/** An array as `tools/golden/generators.py` packs it: its bytes in base64, or a checksum with both ends. */
export type Packed = string | { readonly crc32: number; readonly head: string; readonly tail: string };

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array | BigInt64Array;

export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/random/${name}.json`, import.meta.url), 'utf8'));
}

export function bytesOf(array: Numbers): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Asserts that `actual` has the packed bytes; a difference is shown as numbers where the fixture holds them. */
export function expectPacked(actual: Numbers, packed: Packed): void {
  if (typeof packed === 'string') {
    expect(actual).toEqual(unpacked(packed, actual));
    expect(Buffer.from(bytesOf(actual)).toString('base64')).toBe(packed);
    return;
  }
  const head = unpacked(packed.head, actual);
  expect(actual.slice(0, head.length)).toEqual(head);
  expect(actual.slice(-head.length)).toEqual(unpacked(packed.tail, actual));
  expect(crc32(bytesOf(actual))).toBe(packed.crc32);
}

/** The elements of packed bytes, in an array as another. */
export function unpacked(base64: string, like: Numbers): Numbers {
  const { buffer } = Uint8Array.from(Buffer.from(base64, 'base64'));
  if (like instanceof Float32Array) return new Float32Array(buffer);
  if (like instanceof Float64Array) return new Float64Array(buffer);
  if (like instanceof Int32Array) return new Int32Array(buffer);
  return like instanceof Uint8Array ? new Uint8Array(buffer) : new BigInt64Array(buffer);
}
