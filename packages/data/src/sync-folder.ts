import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Brings the names in a folder to the disk, so that a power cut does not take a renamed file's name back. Windows has no such call. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
  } finally {
    closeSync(folder);
  }
}

/** Some network file systems cannot bring a folder to the disk, and say so. */
const isUnsupported = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'ENOTSUP');
