import { gunzipSync, inflateRawSync } from 'node:zlib';
import { DataError } from '../data-error.ts';
import { assertBytes } from '../given-argument.ts';
import { maxFileBytes } from '../read-file.ts';
import { isGzip } from './is-gzip.ts';

/**
 * The bytes that a gzip stream holds. `place` names the file in errors.
 *
 * @param maxBytes a stream that holds more is refused, and no more memory taken than that. Default 2³⁰.
 * @throws DataError when the stream is truncated or corrupt (its own CRC-32 and length are checked), or holds too much.
 * @see https://www.rfc-editor.org/rfc/rfc1952
 */
export function gunzip(bytes: Uint8Array, place: string, maxBytes: number = maxFileBytes): Uint8Array {
  assertBytes('gunzip', bytes);
  try {
    const chunkSize = Math.min(lengthClaimed(bytes), maxBytes, MAX_RATIO * bytes.length) + MIN_CHUNK;
    const unzipped = gunzipSync(bytes, { maxOutputLength: maxBytes, chunkSize });
    return new Uint8Array(unzipped.buffer, unzipped.byteOffset, unzipped.length);
  } catch (cause) {
    if (isTooLong(cause)) {
      const expected = `a gzip stream of at most ${maxBytes} bytes`;
      throw new DataError(
        { place, expected, got: `${bytes.length} bytes that decompress to more` },
        { cause },
      );
    }
    throw gzipError(cause, bytes.length, place);
  }
}

/** Bytes that a byte of a deflate stream makes at most. https://zlib.net/zlib_tech.html */
const MAX_RATIO = 1032;

/** zlib takes memory for the output by chunks of at least this many bytes. */
const MIN_CHUNK = 64;

/** Bytes that the last member of a gzip stream says to hold, modulo 2³²: where they fit into one chunk, nothing is copied together. */
function lengthClaimed(bytes: Uint8Array): number {
  if (bytes.length < 4) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(bytes.length - 4, true);
}

const isTooLong = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';

/** {@link gunzip} for gzip streams, other bytes as they are: files are read by what they hold, not by their names. */
export function inflate(bytes: Uint8Array, place: string, maxBytes?: number): Uint8Array {
  assertBytes('inflate', bytes);
  return isGzip(bytes) ? gunzip(bytes, place, maxBytes) : bytes;
}

/** What a raw deflate stream holds: `maxBytes` or fewer. @throws DataError when it is damaged, or holds more. */
export function inflateRaw(bytes: Uint8Array, place: string, maxBytes: number): Uint8Array {
  try {
    return new Uint8Array(inflateRawSync(bytes, { maxOutputLength: Math.max(1, maxBytes) }));
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new DataError({ place, expected: `a deflate stream of ${maxBytes} bytes`, got }, { cause });
  }
}

/** The {@link DataError} for what zlib threw on `length` bytes. */
export function gzipError(cause: unknown, length: number, place: string): DataError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const truncated = cause instanceof Error && 'code' in cause && cause.code === 'Z_BUF_ERROR';
  return new DataError(
    {
      place,
      expected: 'a complete gzip stream',
      got: truncated
        ? `one that is truncated after ${length} bytes`
        : `${length} bytes that are corrupt (${reason})`,
    },
    { cause },
  );
}
