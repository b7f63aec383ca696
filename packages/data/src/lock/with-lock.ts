import { FileLock } from '#host';
import type { LockOptions } from './file-lock.ts';

/** Runs `body` while no other process, or page or worker of the origin, that locks the same path runs its own. */
export async function withLock<T>(
  path: string,
  body: (lock: FileLock) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const lock = await FileLock.acquire(path, options);
  try {
    return await body(lock);
  } finally {
    lock.release();
  }
}
