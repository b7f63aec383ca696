import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Unlike `mkdir` with `recursive`, it ends everywhere: in a file system that
 * makes no folders, such as /proc, Node asks for ever.
 *
 * @returns the folders that it made, the outermost first.
 * @throws the error of the operating system, with the path of the folder that it did not make.
 */
export function makeFolder(path: string): readonly string[] {
  const missing: string[] = [];
  let folder = resolve(path);
  while (!isThere(folder)) {
    missing.push(folder);
    const above = dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  if (missing.length === 0 && !isFolder(folder)) mkdirSync(folder);
  const made: string[] = [];
  for (const each of missing.reverse()) {
    try {
      mkdirSync(each);
      made.push(each);
    } catch (error) {
      // Another process may have made it meanwhile.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST' && isFolder(each)))
        throw error;
    }
  }
  return made;
}

/** Whether there is anything at the path. Where that cannot be told, making the folder shall say why. */
const isThere = (path: string): boolean => entryAt(path) !== undefined;

const isFolder = (path: string): boolean => entryAt(path)?.isDirectory() ?? false;

function entryAt(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
