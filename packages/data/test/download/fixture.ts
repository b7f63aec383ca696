import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DownloadOptions } from '../../src/download/download.ts';
import type { RemoteFile } from '../../src/download/remote-file.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes without a pattern that a wrong offset could repeat. */
export function noise(length: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

export const remote = (content: Uint8Array, ...urls: string[]): RemoteFile => ({
  path: 'set/data.bin',
  urls,
  bytes: content.length,
  sha256: sha256(content),
});

/** A folder that is gone at the end of the scope. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'kindling-data-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export const content = noise(300_000);

/** No mirror from the environment, short waits. */
export const quick: DownloadOptions = { mirror: '', backoffMs: 1 };

// toEqual would compare one byte after the other.
export const holdsContent = async (path: string): Promise<boolean> => (await readFile(path)).equals(content);

/** The names in the folder of the dataset. */
export const names = (dir: string): Promise<string[]> => readdir(join(dir, 'set'));

export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('expected a rejection');
}
