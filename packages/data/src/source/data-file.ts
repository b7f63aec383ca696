import type { OptionNames } from '@kindling/core/internal';
import { access, dataDir, dataPath } from '#host';
import { DataError } from '../data-error.ts';
import { type DownloadOptions, download } from '../download/download.ts';
import type { RemoteFile } from '../download/remote-file.ts';

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
    const file = dataPath(dir, path);
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (there) return file;
  }
  return undefined;
}

/** A `.gz` file may lie in the data folder unzipped too, unless it is an archive. */
export const localPaths = ({ path, isArchive = false }: RemoteFile): readonly string[] =>
  isArchive ? [path] : [path, path.replace(/\.gz$/, '')];

/** Where a file of a dataset lies, downloaded if it has to be. @throws DataError when it cannot be had. */
export async function ensureFile(file: RemoteFile, options: FileOptions = {}): Promise<string> {
  const { dir = dataDir() } = options;
  const found = await findFile(localPaths(file), dir);
  if (found !== undefined) return found;
  if (options.download ?? true) return download(file, { ...options, dir });
  throw new DataError({ place: dataPath(dir, file.path), expected: 'a file', got: 'none' });
}
