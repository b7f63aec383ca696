import { FormatError } from '@kindling/core/internal/errors';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
  withPath,
} from '@kindling/data/internal';

const KINDS = [
  ['isDirectory', 'a folder'],
  ['isSymbolicLink', 'a symbolic link'],
  ['isFIFO', 'a pipe'],
  ['isSocket', 'a socket'],
] as const;

/** Windows has neither. A pipe that nothing writes to does not keep the opening process waiting. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function refuseUnlessRegular(path: string, stats: Stats): void {
  if (stats.isFile()) return;
  const got = KINDS.find(([is]) => stats[is]())?.[1] ?? 'a device';
  throw new FormatError(`${path}: expected a regular file, got ${got}`);
}

/** What is under a name; undefined where there is nothing, as below something that is no folder. */
export function lstatIfThere(path: string): Stats | undefined {
  return withPath(path, () => {
    try {
      return lstatSync(path, { throwIfNoEntry: false });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined;
      throw error;
    }
  });
}

/** Whether there is a file of a run under a name. @throws FormatError for anything but a regular file. */
export function isRegularFile(path: string): boolean {
  const stats = lstatIfThere(path);
  if (stats !== undefined) refuseUnlessRegular(path, stats);
  return stats !== undefined;
}

/**
 * Opens a regular file to read, lets `read` work on it, and closes it. Links are not followed, and nothing is opened that is known
 * to be something else: that could wait for ever, or never end.
 *
 * @throws FormatError for anything but a regular file; what the file system throws, with the path in it.
 */
export const openRegularFile = <T>(path: string, read: (file: number, size: number) => T): T =>
  openRegularFileWithStats(path, (file, { size }) => read(file, size));

/** {@link openRegularFile} for what needs more than the size. */
export function openRegularFileWithStats<T>(path: string, read: (file: number, stats: Stats) => T): T {
  return withPath(path, () => {
    const { file, stats } = openForReading(path);
    try {
      return read(file, stats);
    } finally {
      closeSync(file);
    }
  });
}

/** {@link openRegularFile} for what reads on later, and closes the file itself. */
export function openForReading(path: string): { readonly file: number; readonly stats: Stats } {
  return withPath(path, () => {
    refuseUnlessRegular(path, lstatSync(path));
    const file = openSync(path, FLAGS);
    try {
      const stats = fstatSync(file);
      refuseUnlessRegular(path, stats);
      return { file, stats };
    } catch (error) {
      closeSync(file);
      throw error;
    }
  });
}

/** The bytes from a position on; fewer where the file ends before. */
export function readAt(file: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(file, bytes, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/**
 * The bytes of a regular file.
 *
 * @throws FormatError for anything else, and for a file of more than `maxBytes`, before any memory is taken for it.
 */
export function readRegularFile(path: string, maxBytes: number): Uint8Array {
  return openRegularFile(path, (file, size) => {
    if (size > maxBytes) {
      throw new FormatError(`${path}: expected a file of at most ${maxBytes} bytes, got ${size}`);
    }
    return readAt(file, 0, size);
  });
}

/** {@link readRegularFile} as text in UTF-8. */
export const readRegularText = (path: string, maxBytes: number): string =>
  new TextDecoder().decode(readRegularFile(path, maxBytes));

/** Most bytes that a JSON document of a run may have, and a file of weights or of a training's state. */
export const MAX_DOCUMENT_BYTES = 2 ** 24;
export const MAX_WEIGHTS_BYTES = 2 ** 36;
