// The names of host.ts where there is no Node.js: files lie in the origin's storage, and come by fetch.
import { asWriteError as asStorageError } from './host/journal.ts';
import { dirname } from './host/paths.ts';
import { journal, volume } from './host/run-volume.ts';
import { Sha256 } from './host/sha-256.ts';
import type { Volume } from './host/volume.ts';

export { transfer, validatorPath } from './host/fetch-transfer.ts';
export { loadFolder } from './host/load-folder.ts';
export { basename, dirname, join, resolve } from './host/paths.ts';
export {
  access,
  contentProblem,
  dataDir,
  dataPath,
  inflateBytes,
  inflateRaw,
  makeDataFolder,
  readData,
  readdir,
  readRange,
  rename,
  rm,
  sizeOf,
} from './host/stored-files.ts';
export { constants } from './host/volume.ts';
export type { Stats } from './host/volume-entry.ts';
export { FileLock, isLocked, LockError, ownerText } from './host/web-lock.ts';
export { WorkerPool } from './host/worker-pool.ts';

export const {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} = volume;
export const lstatSync: Volume['lstatSync'] = volume.lstatSync.bind(volume);
export const readdirSync: Volume['readdirSync'] = volume.readdirSync.bind(volume);

/** Makes a folder and those above it that are missing. @returns the folders that it made, the outermost first. */
export function makeFolder(path: string): readonly string[] {
  if (existsSync(path)) return [];
  const made = path === '/' ? [] : makeFolder(dirname(path));
  mkdirSync(path);
  return [...made, path];
}

/** Nothing: the storage has no names without their files. */
export const syncFolder = (_path: string): void => undefined;

/** Waits until the files of runs are in the origin's storage. @throws DataError where they cannot be written. */
export const filesSettled = (): Promise<void> => journal.settled();

/** The address of a module. */
export const resolveModule = (module: URL | string): string => String(module);

export const randomUUID = (): string => {
  const digits = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

/** SHA-256, in hexadecimal digits. */
export const sha256 = (bytes: Uint8Array): string => new Sha256().update(bytes).digest();

export function sleep(
  ms: number,
  _value: undefined,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** The error for a file that cannot be written; other errors as they are. */
export const asWriteError = (cause: unknown, dir: string): unknown =>
  cause instanceof DOMException && cause.name !== 'AbortError' ? asStorageError(dir, cause) : cause;

/** What to do about a file that no mirror gave. */
export const placingHint = (_target: string): string =>
  'Serve the file beside the page, and name its folder with setDataMirror.';
