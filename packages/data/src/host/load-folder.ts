import type { FileStorage } from './file-storage.ts';
import { openStorage } from './open-storage.ts';
import { join, resolve } from './paths.ts';
import { journal, volume } from './run-volume.ts';
import { isLockedHere, lookForLocks } from './web-lock.ts';

/** Files that are large, and read once their run is chosen. */
const LARGE = /\.safetensors$/;

export interface LoadFolderOptions {
  /** Whether the content of weights is loaded, too. Default false: only their sizes. */
  readonly weights?: boolean | undefined;
}

/**
 * Brings the files below a folder from the origin's storage into the volume, where they can be read at once: those that are new or
 * changed. What is written here at the moment stays as it is. In Node.js there is nothing to do.
 */
export async function loadFolder(path: string, { weights = false }: LoadFolderOptions = {}): Promise<void> {
  await journal.settled();
  const storage = await openStorage();
  await lookForLocks();
  await load(storage, resolve(path), weights);
}

async function load(storage: FileStorage, path: string, weights: boolean): Promise<void> {
  // What was written here since, the storage may not have yet.
  const known = journal.isSettled && volume.existsSync(path) ? volume.readdirSync(path) : [];
  const entries = await storage.list(path);
  if (isWritten(path)) return;
  if (entries.length > 0) volume.restoreFolder(path);
  const names = new Set(entries.map(({ name }) => name));
  for (const name of known) {
    if (!names.has(name) && !isLockedHere(join(path, name))) volume.forget(join(path, name));
  }
  for (const { name, isFolder } of entries) {
    const below = join(path, name);
    if (isFolder) {
      volume.restoreFolder(below);
      await load(storage, below, weights);
    } else await loadFile(storage, below, weights || !LARGE.test(name));
  }
}

async function loadFile(storage: FileStorage, path: string, withContent: boolean): Promise<void> {
  const file = await storage.read(path);
  if (file === undefined) return;
  const state = { size: file.size, mtimeMs: file.lastModified };
  if (volume.isLoaded(path, state)) return;
  const bytes = withContent ? new Uint8Array(await file.arrayBuffer()) : undefined;
  volume.restore(path, bytes, state);
}

/** Whether this page or worker writes in the folder. */
const isWritten = (path: string): boolean => isLockedHere(path) && volume.existsSync(join(path, 'lock'));
