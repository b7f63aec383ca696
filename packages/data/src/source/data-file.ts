import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataDir } from '../data-dir.ts';
import { DataError } from '../data-error.ts';
import { type DownloadOptions, download, type RemoteFile } from '../download/download.ts';
import { inflate } from '../format/gzip.ts';

export interface FileOptions extends DownloadOptions {
  /** Download what is missing. Default true. */
  readonly download?: boolean | undefined;
}

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

/** Where a file of a data set lies, downloaded if it has to be. @throws DataError when it cannot be had. */
export async function obtain(file: RemoteFile, options: FileOptions = {}): Promise<string> {
  const { dir = dataDir() } = options;
  const found = await findFile(localPaths(file), dir);
  if (found !== undefined) return found;
  if (options.download ?? true) return download(file, { ...options, dir });
  throw new DataError({ place: join(dir, ...file.path.split('/')), expected: 'a file', got: 'none' });
}

/** The bytes of a file, unzipped if it is gzip. @throws DataError when it is missing, unreadable or a damaged gzip. */
export async function readData(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const got = code === 'ENOENT' ? 'none' : code === 'EISDIR' ? 'a folder' : code;
    throw new DataError({ place: path, expected: 'a file', got }, { cause });
  });
  return inflate(bytes, path);
}
