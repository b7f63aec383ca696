import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { OptionNames } from '@kindling/core/internal';
import { dataDir } from '../data-dir.ts';
import { DataError } from '../data-error.ts';
import { type DownloadOptions, download, type RemoteFile } from '../download/download.ts';
import { inflate } from '../format/gzip.ts';
import { maxFileBytes, readFileBytes } from '../read-file.ts';

export interface FileOptions extends DownloadOptions {
  /** Download what is missing. Default true. */
  readonly download?: boolean | undefined;
}

export const fileOptionNames: OptionNames<FileOptions> = {
  dir: true,
  mirror: true,
  onEvent: true,
  signal: true,
  timeouts: true,
  retries: true,
  backoffMs: true,
  download: true,
};

/** The first of some paths below the data folder that is there. */
export async function findFile(
  paths: readonly string[],
  dir: string = dataDir(),
): Promise<string | undefined> {
  for (const path of paths) {
    const file = join(dir, ...path.split('/'));
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (there) return file;
  }
  return undefined;
}

/** A `.gz` file may lie in the data folder unzipped too. */
export const localPaths = ({ path }: RemoteFile): readonly string[] => [path, path.replace(/\.gz$/, '')];

/** Where a file of a dataset lies, downloaded if it has to be. @throws DataError when it cannot be had. */
export async function ensureFile(file: RemoteFile, options: FileOptions = {}): Promise<string> {
  const { dir = dataDir() } = options;
  const found = await findFile(localPaths(file), dir);
  if (found !== undefined) return found;
  if (options.download ?? true) return download(file, { ...options, dir });
  throw new DataError({ place: join(dir, ...file.path.split('/')), expected: 'a file', got: 'none' });
}

/**
 * The bytes of a file, unzipped if it is gzip.
 *
 * @param maxBytes more, on the disk or unzipped, are refused. Default 2³⁰.
 * @throws DataError when it is missing, unreadable, too long or a damaged gzip.
 */
export async function readData(path: string, maxBytes: number = maxFileBytes): Promise<Uint8Array> {
  return inflate(await readFileBytes(path, { maxBytes }), path, maxBytes);
}
