import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LockOptions {
  /** Stops the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Called once when another process has the lock, with its process id where that is known. */
  readonly onWait?: ((pid: number | undefined) => void) | undefined;
  /** After how long without a heartbeat a lock counts as left behind. Default 10 s; the heart beats ten times as often. */
  readonly staleMs?: number | undefined;
}

/** What the body of {@link withLock} can ask. */
export interface HeldLock {
  /** Whether this process still has the lock; it can lose it only by not running for the stale time. */
  isHeld(): Promise<boolean>;
}

const POLL_MS = 100;

/**
 * Runs `body` while no other process that locks the same path runs its own. The lock is a file with the owner's process id
 * and host, touched regularly; that of a process that died is taken over, at once on the same host, else when its heartbeat
 * stops. Waiters time the heartbeat by their own clock, so clocks of different hosts need not agree.
 */
export async function withLock<T>(
  path: string,
  body: (lock: HeldLock) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const { staleMs = 10_000 } = options;
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), token: randomUUID() });
  await acquire(path, owner, staleMs, options);
  const heartbeat = setInterval(() => {
    const now = new Date();
    // The file may be gone for a moment, or for good; isHeld tells.
    utimes(path, now, now).catch(() => undefined);
  }, staleMs / 10);
  heartbeat.unref();
  const isHeld = async () => (await readOwner(path)) === owner;
  try {
    return await body({ isHeld });
  } finally {
    clearInterval(heartbeat);
    if (await isHeld()) await rm(path, { force: true });
  }
}

async function acquire(path: string, owner: string, staleMs: number, options: LockOptions): Promise<void> {
  const { signal, onWait } = options;
  let lastBeat = '';
  let lastLook = performance.now();
  let still = 0;
  let told = false;
  while (!(await create(path, owner))) {
    const [holder, mtime] = await Promise.all([readOwner(path), modifiedAt(path)]);
    if (holder !== undefined) {
      const beat = `${holder} ${mtime}`;
      // A machine that slept stopped every heart on it: a look counts for no more than its usual time.
      still = beat === lastBeat ? still + Math.min(performance.now() - lastLook, 1.5 * POLL_MS) : 0;
      lastBeat = beat;
      if (isDead(holder) || still > staleMs) {
        await breakLock(path, holder, staleMs);
      } else if (!told) {
        told = true;
        onWait?.(parseOwner(holder).pid);
      }
    }
    lastLook = performance.now();
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Creates a file that must not exist yet; false when it does. */
async function create(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    // Windows answers EPERM while a file is being deleted.
    const exists = ['EEXIST', ...(process.platform === 'win32' ? ['EPERM', 'EBUSY'] : [])];
    if (error instanceof Error && 'code' in error && exists.includes(String(error.code))) return false;
    throw error;
  }
}

/**
 * Removes a lock left behind. Of two waiters that find the same one, the slower must not remove the new lock of the faster:
 * a second file guards the comparison with the owner seen.
 */
async function breakLock(path: string, owner: string, staleMs: number): Promise<void> {
  const guard = `${path}.break`;
  if (await create(guard, '')) {
    try {
      if ((await readOwner(path)) === owner) await rm(path, { force: true });
    } finally {
      await rm(guard, { force: true });
    }
  } else if (Date.now() - ((await modifiedAt(guard)) ?? Date.now()) > staleMs) {
    await rm(guard, { force: true });
  }
}

const readOwner = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(() => undefined);

const modifiedAt = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );

/** Process id and host; neither for a lock whose owner has created but not yet written it. */
function parseOwner(owner: string): { readonly pid?: number; readonly host?: string } {
  try {
    const value: unknown = JSON.parse(owner);
    if (typeof value !== 'object' || value === null) return {};
    const pid = 'pid' in value && Number.isInteger(value.pid) ? { pid: Number(value.pid) } : {};
    return { ...pid, ...('host' in value ? { host: String(value.host) } : {}) };
  } catch {
    return {};
  }
}

/** Whether the owner was a process of this host that no longer runs. */
function isDead(owner: string): boolean {
  const { pid, host } = parseOwner(owner);
  if (pid === undefined || host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
