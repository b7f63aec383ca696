import { FileLock, LockError, type LockOptions, ownerText } from '@kindling/data/internal';
import { RunError, type RunFolder } from './run-folder.ts';

/**
 * Makes this process the only one that trains a run. The lock of a process that died is taken over; one of another host or
 * container counts as left behind when its heartbeat has stopped for 10 s.
 *
 * @throws RunError while another process trains the run, and where something else is in the lock's place.
 */
export async function lockRun(
  { name, lock }: RunFolder,
  options: Pick<LockOptions, 'signal' | 'onWait'> = {},
): Promise<FileLock> {
  try {
    return await FileLock.acquire(lock, {
      ...options,
      refuse: (owner) => new RunError(`run ${name} is being trained by ${ownerText(owner, lock)}`),
    });
  } catch (error) {
    throw error instanceof LockError ? new RunError(error.message) : error;
  }
}
