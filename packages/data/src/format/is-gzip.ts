import { assertBytes } from '../given-argument.ts';
/** Whether the bytes begin as a gzip stream does: 1f 8b. */
export function isGzip(bytes: Uint8Array): boolean {
  assertBytes('isGzip', bytes);
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
