// What this package and train take from Node.js; package.json has bundlers for the web take host.browser.ts, which has the same
// names, in its place.
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export { randomUUID } from 'node:crypto';
export {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
export { access, readdir, rename, rm } from 'node:fs/promises';
export { basename, dirname, join, resolve } from 'node:path';
export { setTimeout as sleep } from 'node:timers/promises';
export { dataDir } from './data-dir.ts';
export { contentProblem } from './download/content.ts';
export { sizeOf, transfer, validatorPath } from './download/transfer.ts';
export { asWriteError, placingHint } from './download/write-error.ts';
export { inflate as inflateBytes, inflateRaw } from './format/gzip.ts';
export { WorkerPool } from './loader/worker-pool.ts';
export { FileLock, isLocked, LockError } from './lock/file-lock.ts';
export { makeFolder, makeFolder as makeDataFolder } from './make-folder.ts';
export { readData } from './read-data.ts';
export { readRange } from './read-file.ts';
export { syncFolder } from './sync-folder.ts';

/** Where a file of the data folder lies. */
export const dataPath = (dir: string, path: string): string => join(dir, ...path.split('/'));

/** The address of a module that is given by its address or path. */
export const resolveModule = (module: URL | string): string =>
  module instanceof URL || /^(?:file|data):/.test(module)
    ? String(module)
    : pathToFileURL(resolve(module)).href;

/** SHA-256, in hexadecimal digits. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What holds a lock, in words, and what to do about it. */
export const ownerText = (
  { pid, host }: { readonly pid: number; readonly host: string },
  path: string,
): string => `process ${pid} on ${host}; if that process no longer exists, delete ${path}`;

/** Nothing: files are read when they are needed. */
export const loadFolder = async (
  _path: string,
  _options?: { readonly weights?: boolean | undefined },
): Promise<void> => undefined;

/** Nothing: what was written is in its file. */
export const filesSettled = async (): Promise<void> => undefined;
