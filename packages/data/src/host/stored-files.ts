import { DataError } from '../data-error.ts';
import type { Content } from '../download/remote-file.ts';
import { placeOf } from '../given-file.ts';
import { piecesOf, readUnzipped } from './gzip-stream.ts';
import { openStorage } from './open-storage.ts';
import { Sha256 } from './sha-256.ts';
import { systemFailure } from './system-failure.ts';

/** 1 GiB. */
const MAX_BYTES = 2 ** 30;

/** The folder of data files in the origin's storage. */
export const dataDir = (): string => '/data';

const open = async (path: string, syscall: string): Promise<Blob> => {
  const file = await (await openStorage()).read(path);
  if (file === undefined) throw systemFailure('ENOENT', syscall, path);
  return file;
};

/** As of `node:fs/promises`. */
export const access = async (path: string): Promise<void> => void (await open(path, 'access'));

export const readdir = async (path: string): Promise<string[]> =>
  (await (await openStorage()).list(path)).map(({ name }) => name);

export async function rename(from: string, to: string): Promise<void> {
  const storage = await openStorage();
  await storage.write(to, await open(from, 'rename'));
  await storage.remove(from);
}

export const rm = async (path: string, _options: { readonly force: true }): Promise<void> =>
  (await openStorage()).remove(path);

/** The number of bytes in a file; 0 when there is none. */
export const sizeOf = async (path: string): Promise<number> =>
  (await (await openStorage()).read(path))?.size ?? 0;

/** Folders come with the files in them. */
export const makeDataFolder = (_path: string): void => undefined;

/** Why the file does not hold the content, or undefined when it does. */
export async function contentProblem(path: string, content: Content): Promise<string | undefined> {
  const hash = new Sha256();
  let bytes = 0;
  try {
    for await (const piece of piecesOf(await open(path, 'open'), path)) {
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
  const sha256 = hash.digest();
  return sha256 === content.sha256 ? undefined : `expected SHA-256 ${content.sha256}, got ${sha256}`;
}

/** The bytes of a file of the data folder, unzipped if it is gzip. @throws DataError */
export async function readDataFile(path: string, maxBytes: number = MAX_BYTES): Promise<Uint8Array> {
  return readUnzipped(await open(path, 'open'), path, maxBytes);
}

/**
 * The bytes of a file that a program names, unzipped if it is gzip: what an address serves, or a `Blob` such as the file of an
 * `<input>`.
 *
 * @param maxBytes more, as they come or unzipped, are refused. Default 2³⁰.
 * @throws DataError when it cannot be had, is too long or a damaged gzip.
 */
export async function readData(file: string | Blob, maxBytes: number = MAX_BYTES): Promise<Uint8Array> {
  const place = placeOf(file);
  const blob = typeof file === 'string' ? await fetched(file) : file;
  if (blob.size > maxBytes) {
    throw new DataError({ place, expected: `at most ${maxBytes} bytes`, got: `${blob.size}` });
  }
  return readUnzipped(blob, place, maxBytes);
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
