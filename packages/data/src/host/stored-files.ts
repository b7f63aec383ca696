import { DataError } from '../data-error.ts';
import type { Content } from '../download/remote-file.ts';
import { isGzip } from '../format/is-gzip.ts';
import { placeOf } from '../given-file.ts';
import { piecesOf, readStream, readUnzipped } from './gzip-stream.ts';
import { openStorage } from './open-storage.ts';
import { addressOf, isStored, storedPath } from './opfs-address.ts';
import { join } from './paths.ts';
import { Sha256 } from './sha-256.ts';
import { systemFailure } from './system-failure.ts';

/** 1 GiB. */
const MAX_BYTES = 2 ** 30;

/** The folder of data files in the origin's storage. */
export const dataDir = (): string => addressOf('/data');

/** Where a file of the data folder lies. */
export const dataPath = (dir: string, path: string): string => addressOf(join(storedPath(dir), path));

const open = async (file: string, syscall: string): Promise<Blob> => {
  const stored = await (await openStorage()).read(storedPath(file));
  if (stored === undefined) throw systemFailure('ENOENT', syscall, file);
  return stored;
};

/** As of `node:fs/promises`. */
export const access = async (file: string): Promise<void> => void (await open(file, 'access'));

export const readdir = async (folder: string): Promise<string[]> =>
  (await (await openStorage()).list(storedPath(folder))).map(({ name }) => name);

export async function rename(from: string, to: string): Promise<void> {
  const storage = await openStorage();
  await storage.write(storedPath(to), await open(from, 'rename'));
  await storage.remove(storedPath(from));
}

export const rm = async (file: string, _options: { readonly force: true }): Promise<void> =>
  (await openStorage()).remove(storedPath(file));

/** The number of bytes in a file; 0 when there is none. */
export const sizeOf = async (file: string): Promise<number> =>
  (await (await openStorage()).read(storedPath(file)))?.size ?? 0;

/** Folders come with the files in them. */
export const makeDataFolder = (_path: string): void => undefined;

const bytesOf = async (file: Blob): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

/** Why the file does not hold the content, or undefined when it does. */
export async function contentProblem(path: string, content: Content): Promise<string | undefined> {
  const hash = new Sha256();
  let bytes = 0;
  try {
    const file = await open(path, 'open');
    for await (const piece of content.isArchive ? readStream(file.stream()) : piecesOf(file, path)) {
      hash.update(piece);
      bytes += piece.length;
      // A stream may hold a thousand times its length.
      if (bytes > content.bytes) return `expected ${content.bytes} bytes, got more`;
    }
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return `expected ${error.expected}, got ${error.got}`;
  }
  if (bytes !== content.bytes) return `expected ${content.bytes} bytes, got ${bytes}`;
  const packed = content.isPacked ? await bytesOf(await open(path, 'open')) : undefined;
  if (packed !== undefined && !isGzip(packed)) return undefined;
  const sha256 = packed === undefined ? hash.digest() : new Sha256().update(packed).digest();
  return sha256 === content.sha256 ? undefined : `expected SHA-256 ${content.sha256}, got ${sha256}`;
}

/** The bytes of a stored file from `start` up to `end`. */
export const readRange = async (path: string, start: number, end: number): Promise<Uint8Array> =>
  bytesOf((await open(path, 'read')).slice(start, end));

/** The bytes that a gzip stream holds; others as they are. @throws DataError for more than `maxBytes`. */
export const inflateBytes = (bytes: Uint8Array, place: string, maxBytes: number): Promise<Uint8Array> =>
  readUnzipped(new Blob([bytes as Uint8Array<ArrayBuffer>]), place, maxBytes);

/** What a raw deflate stream holds: `maxBytes` or fewer. @throws DataError when it is damaged, or holds more. */
export async function inflateRaw(bytes: Uint8Array, place: string, maxBytes: number): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  const whole = new Uint8Array(maxBytes);
  let length = 0;
  try {
    for await (const piece of readStream(stream)) {
      whole.set(piece, length);
      length += piece.length;
    }
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new DataError({ place, expected: `a deflate stream of ${maxBytes} bytes`, got }, { cause });
  }
  return whole.subarray(0, length);
}

/**
 * The bytes of a file, unzipped if it is gzip: a stored one, what an address serves, or a `Blob` such as the file of an `<input>`.
 *
 * @param maxBytes more, as they come or unzipped, are refused. Default 2³⁰.
 * @throws DataError when it cannot be had, is too long or a damaged gzip.
 */
export async function readData(file: string | Blob, maxBytes: number = MAX_BYTES): Promise<Uint8Array> {
  const place = placeOf(file);
  const blob = typeof file === 'string' ? await find(file) : file;
  if (blob.size > maxBytes) {
    throw new DataError({ place, expected: `at most ${maxBytes} bytes`, got: `${blob.size}` });
  }
  return readUnzipped(blob, place, maxBytes);
}

async function find(file: string): Promise<Blob> {
  if (!isStored(file)) return fetched(file);
  return open(file, 'open').catch((cause: unknown) => {
    throw new DataError({ place: file, expected: 'a file', got: 'none' }, { cause });
  });
}

async function fetched(url: string): Promise<Blob> {
  const fail = (got: string, cause?: unknown) =>
    new DataError({ place: url, expected: 'a file that the server gives to this page', got }, { cause });
  try {
    const response = await fetch(url);
    if (!response.ok) throw fail(`${response.status} ${response.statusText}`.trim());
    return await response.blob();
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw fail(error instanceof Error ? error.message : String(error), error);
  }
}
