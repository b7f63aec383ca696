import { type FileHandle, open } from 'node:fs/promises';
import { DataError } from './data-error.ts';
import { assertHas, assertText } from './given-argument.ts';
import { describeSystemError } from './system-error.ts';

export interface ReadFileOptions {
  /** More bytes than this are refused, before they are read. Default 2³⁰. */
  readonly maxBytes?: number | undefined;
  /** What errors say was expected there. Default `a file`. */
  readonly expected?: string | undefined;
}

/** 1 GiB. */
export const maxFileBytes = 2 ** 30;

const chunkBytes = 1 << 20;

/**
 * The bytes of a regular file, or of a pipe up to its end. Never more memory than the limit: a device such as /dev/zero is
 * refused, and a pipe that gives more.
 *
 * @throws DataError with the path, for a file that is missing, unreadable, no file, or too long.
 */
export async function readFileBytes(path: string, options: ReadFileOptions = {}): Promise<Uint8Array> {
  assertText('readFileBytes', 'path', path);
  assertHas('readFileBytes', 'options', options);
  const { maxBytes = maxFileBytes, expected = 'a file' } = options;
  const fail = (got: string, cause?: unknown): DataError =>
    new DataError({ place: path, expected, got }, { cause });
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (cause) {
    throw fail(describeSystemError(cause), cause);
  }
  try {
    const entry = await file.stat();
    if (entry.isDirectory()) throw fail('a folder');
    if (!entry.isFile() && !entry.isFIFO() && !entry.isSocket()) throw fail('a device');
    const tooLong = (): DataError => fail(`more than ${maxBytes} bytes`);
    if (entry.isFile() && entry.size > maxBytes) throw tooLong();
    return await readToEnd(file, entry.isFile() ? entry.size : 0, maxBytes, tooLong);
  } catch (cause) {
    throw cause instanceof DataError ? cause : fail(describeSystemError(cause), cause);
  } finally {
    await file.close();
  }
}

/** The bytes of a file from `start` up to `end`. @throws DataError with the path, when they cannot be read. */
export async function readRange(path: string, start: number, end: number): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    const bytes = new Uint8Array(end - start);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, start + length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } catch (cause) {
    throw new DataError({ place: path, expected: 'a file', got: describeSystemError(cause) }, { cause });
  }
}

async function readToEnd(
  file: FileHandle,
  size: number,
  maxBytes: number,
  tooLong: () => DataError,
): Promise<Uint8Array> {
  let bytes = new Uint8Array(size + chunkBytes);
  let length = 0;
  for (;;) {
    const room = Math.min(bytes.length - length, 1 << 30);
    const { bytesRead } = await file.read(bytes, length, room, null);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
    if (length > maxBytes) throw tooLong();
    if (length === bytes.length) {
      const longer = new Uint8Array(2 * length);
      longer.set(bytes);
      bytes = longer;
    }
  }
}
