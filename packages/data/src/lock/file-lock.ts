import { randomUUID } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KindlingError } from '@kindling/core/internal/errors';
import { withPath } from '../path-error.ts';
import { type LockOwner, livenessOf, ownerHere, parseOwner } from './lock-owner.ts';

export interface LockOptions {
  /** Stops the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Called once when another process has the lock, with its process id where that is known. */
  readonly onWait?: ((pid: number | undefined) => void) | undefined;
  /** After how long without a heartbeat a lock counts as left behind. Default 10 s; the heart beats ten times as often. */
  readonly staleMs?: number | undefined;
  /** Makes the error that ends the waiting where the owner is known to run. Default: it is waited for. */
  readonly refuse?: ((owner: LockOwner) => Error) | undefined;
}

/** What is in a lock's place is no lock. */
export class LockError extends KindlingError {
  override readonly name = 'LockError';
}

const POLL_MS = 100;
const STALE_MS = 10_000;
/** A lock is a line of JSON; anything longer is something else. */
const MAX_BYTES = 4096;

/** A lock file as it was found. */
interface Found {
  readonly text: string;
  readonly touched: number;
  /** Unknown while the owner has created and not yet written it. */
  readonly owner: LockOwner | undefined;
}

/**
 * A file that names the one process that may work on something, and is touched regularly while that process runs. The lock of a
 * process that died is taken over: at once on the same machine, where its process table tells, else when the heartbeat stops.
 * Waiters time the heartbeat by their own clock, so clocks of different hosts need not agree.
 */
export class FileLock {
  readonly path: string;
  readonly #text: string;
  readonly #heart: NodeJS.Timeout;
  #isLost = false;

  private constructor(path: string, text: string, staleMs: number) {
    this.path = path;
    this.#text = text;
    this.#heart = setInterval(() => this.beat(), staleMs / 10);
    this.#heart.unref();
  }

  /**
   * Waits for the lock and takes it.
   *
   * @throws LockError where something else is in its place, which is left alone; what `refuse` makes.
   */
  static async acquire(path: string, options: LockOptions = {}): Promise<FileLock> {
    const { staleMs = STALE_MS, signal, onWait, refuse } = options;
    const text = JSON.stringify(ownerHere(randomUUID()));
    let last: string | undefined;
    let lastLook = performance.now();
    let still = 0;
    let isTold = false;
    while (!withPath(path, () => create(path, text))) {
      signal?.throwIfAborted();
      const found = withPath(path, () => look(path));
      if (found !== undefined) {
        const { owner, touched } = found;
        const beat = `${found.text} ${touched}`;
        const beats = last !== undefined && beat !== last;
        // A machine that slept stopped every heart on it: a look counts for no more than its usual time.
        still = beat === last ? still + Math.min(performance.now() - lastLook, 1.5 * POLL_MS) : 0;
        last = beat;
        const life = owner === undefined ? 'unknown' : livenessOf(owner, touched);
        if (
          refuse !== undefined &&
          owner !== undefined &&
          (life === 'alive' || (life === 'unknown' && beats))
        ) {
          throw refuse(owner);
        }
        if (life === 'dead' || still > staleMs) {
          withPath(path, () => breakLock(path, found.text, staleMs));
          continue;
        }
        if (!isTold) {
          isTold = true;
          onWait?.(owner?.pid);
        }
      }
      lastLook = performance.now();
      await sleep(POLL_MS, undefined, { signal });
    }
    return new FileLock(path, text, staleMs);
  }

  /** Whether another process took the lock, as the newest heartbeat found; {@link isHeld} looks. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * Whether this process still has the lock; it can lose it only by not running for the stale time. One that was deleted while no
   * other process took it is made again.
   */
  isHeld(): boolean {
    this.#isLost ||= !this.#stands();
    return !this.#isLost;
  }

  #stands(): boolean {
    try {
      return (look(this.path)?.text ?? (create(this.path, this.#text) && this.#text)) === this.#text;
    } catch (error) {
      // A disk that does not answer says nothing about the lock.
      return !(error instanceof LockError);
    }
  }

  /** Gives the lock back. That of another process, which took it over, stays. */
  release(): void {
    clearInterval(this.#heart);
    if (this.isHeld()) withPath(this.path, () => rmSync(this.path, { force: true }));
  }

  /** Shows that this process lives. A timer does so, which a program that never waits has to do for itself. */
  beat(): void {
    if (!this.isHeld()) return;
    const now = new Date();
    try {
      utimesSync(this.path, now, now);
    } catch {
      // The file may be gone for a moment, or for good; isHeld tells.
    }
  }
}

/**
 * Whether a process seems to have the lock, at a glance: one that is known to run, or one that cannot be asked and touched the
 * file within the stale time, by this machine's clock.
 */
export function isLocked(path: string, staleMs = STALE_MS): boolean {
  try {
    const found = look(path);
    if (found?.owner === undefined) return false;
    const life = livenessOf(found.owner, found.touched);
    return life === 'alive' || (life === 'unknown' && Math.abs(Date.now() - found.touched) < staleMs);
  } catch {
    return false;
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** Windows answers EPERM while a file is being deleted. */
const exists = (error: unknown): boolean =>
  codeOf(error) === 'EEXIST' ||
  (process.platform === 'win32' && ['EPERM', 'EBUSY'].includes(String(codeOf(error))));

/**
 * Creates a file that must not exist yet; false when it does. It appears with its text: a process that is killed leaves no empty
 * one. Where files cannot have two names it does not.
 */
function create(path: string, text: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (exists(error)) return false;
    if (!isLinkProblem(error)) throw error;
  } finally {
    removeTemporary(temporary);
  }
  return createDirectly(path, text);
}

/** Removes what {@link create} wrote, or did not come to write. A disk that fails once is asked again. */
function removeTemporary(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') rmSync(path, { force: true });
  }
}

const isLinkProblem = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'link';

function createDirectly(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (exists(error)) return false;
    throw error;
  }
}

const KINDS = [
  ['isDirectory', 'a folder'],
  ['isSymbolicLink', 'a symbolic link'],
  ['isFIFO', 'a pipe'],
  ['isSocket', 'a socket'],
] as const;

/** The lock file at a path; undefined where there is none. @throws LockError for anything else. */
function look(path: string): Found | undefined {
  const refuse = (got: string) =>
    new LockError(`${path}: expected a lock file, got ${got}; remove it if no process uses it`);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isFile()) throw refuse(KINDS.find(([is]) => stat[is]())?.[1] ?? 'a device');
  if (stat.size > MAX_BYTES) throw refuse(`a file of ${stat.size} bytes`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const owner = parseOwner(text);
  if (owner === undefined && text !== '') throw refuse('a file with other content');
  return { text, touched: stat.mtimeMs, owner };
}

/**
 * Removes a lock left behind. Of two waiters that find the same one, the slower must not remove the new lock of the faster:
 * a second file guards the comparison with the text seen.
 */
function breakLock(path: string, text: string, staleMs: number): void {
  const guard = `${path}.break`;
  if (create(guard, JSON.stringify(ownerHere(randomUUID())))) {
    try {
      if (look(path)?.text === text) rmSync(path, { force: true });
    } finally {
      rmSync(guard, { force: true });
    }
    return;
  }
  const found = look(guard);
  if (found === undefined) return;
  const isDead = found.owner !== undefined && livenessOf(found.owner, found.touched) === 'dead';
  if (isDead || Date.now() - found.touched > staleMs) rmSync(guard, { force: true });
}
