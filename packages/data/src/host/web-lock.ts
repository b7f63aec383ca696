import { KindlingError } from '@kindling/core/internal/errors';
import type { LockOptions } from '../lock/file-lock.ts';
import type { LockOwner } from '../lock/lock-owner.ts';
import { dirname } from './paths.ts';
import { volume } from './run-volume.ts';

/** What is in a lock's place is no lock. There is nothing in the place of a lock that has no file. */
export class LockError extends KindlingError {
  override readonly name = 'LockError';
}

/*
 * The part of https://w3c.github.io/web-locks that is used.
 */
interface LockManager {
  request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
    body: (lock: object | null) => unknown,
  ): Promise<unknown>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

const manager = (): LockManager | undefined => Reflect.get(globalThis, 'navigator')?.locks;

const nameOf = (path: string): string => `kindling:${path}`;

/** Those of this page or worker, and those of others as they were found last. */
const own = new Set<string>();
let others: ReadonlySet<string> = new Set();

/** Looks which locks other pages and workers of the origin have, for {@link isLocked}. */
export async function lookForLocks(): Promise<void> {
  const { held = [] } = (await manager()?.query()) ?? {};
  others = new Set(held.flatMap(({ name }) => name ?? []));
}

/** Whether a page or worker of the origin has the lock; others as {@link lookForLocks} found it. */
export const isLocked = (path: string): boolean => own.has(nameOf(path)) || others.has(nameOf(path));

/** Whether this page or worker has a lock below a folder. */
export const isLockedHere = (folder: string): boolean =>
  [...own].some((name) => name.startsWith(`${nameOf(folder)}/`));

/** Browsers do not tell which page or worker has a lock. */
const SOMEWHERE: LockOwner = { pid: 0, host: 'this browser' };

/** The owner of a lock in words. */
export const ownerText = (_owner: LockOwner, _path: string): string => 'another page or worker of this site';

/** The one page or worker of the origin that may work on something. The browser takes the lock of one that is closed back. */
export class FileLock {
  readonly path: string;
  readonly isLost = false;
  readonly #end: () => void;

  private constructor(path: string, end: () => void) {
    this.path = path;
    this.#end = end;
  }

  /** Waits for the lock and takes it. @throws what `refuse` makes. */
  static async acquire(path: string, options: LockOptions = {}): Promise<FileLock> {
    const { signal, onWait, refuse } = options;
    const lock = await FileLock.#request(path, { ifAvailable: true });
    if (lock !== undefined) return lock;
    if (refuse !== undefined) throw refuse(SOMEWHERE);
    onWait?.(undefined);
    return (await FileLock.#request(path, signal === undefined ? {} : { signal }))!;
  }

  static #request(
    path: string,
    options: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
  ): Promise<FileLock | undefined> {
    const name = nameOf(path);
    return new Promise((resolve, reject) => {
      const take = (granted: object | null): Promise<void> | undefined => {
        if (granted === null) return void resolve(undefined);
        own.add(name);
        writeToken(path);
        return new Promise((end) => {
          resolve(new FileLock(path, end));
        });
      };
      // Where there are no such locks, this page is alone with its files, which are in memory.
      const locks = manager();
      if (locks !== undefined) locks.request(name, options, take).catch(reject);
      else take(own.has(name) ? null : {});
    });
  }

  isHeld(): boolean {
    return true;
  }

  beat(): void {
    // The browser knows that the page is there.
  }

  release(): void {
    own.delete(nameOf(this.path));
    volume.rmSync(this.path, { force: true });
    this.#end();
  }
}

/** A file that tells this lock from later ones, as a request to stop does. */
function writeToken(path: string): void {
  if (!volume.existsSync(dirname(path))) return;
  volume.rmSync(path, { force: true });
  const file = volume.openSync(path, 'wx');
  const token = new TextEncoder().encode(crypto.getRandomValues(new Uint32Array(4)).join('-'));
  volume.writeSync(file, token, 0, token.length);
  volume.closeSync(file);
}
