import { DataError } from '../data-error.ts';

/** UTF-8 as a string, without a byte order mark. @throws DataError for bytes that are not UTF-8. */
export function decodeText(bytes: Uint8Array, place: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const hint = isUtf16 ? 'the file is in UTF-16; save it as UTF-8' : undefined;
    throw new DataError({ place, expected: 'UTF-8 text', got: 'invalid bytes', hint }, { cause });
  }
}
