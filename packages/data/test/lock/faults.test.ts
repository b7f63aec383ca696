import * as fs from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FileLock, isLocked } from '../../src/lock/file-lock.ts';
import { ownerHere } from '../../src/lock/lock-owner.ts';

type Call = 'linkSync' | 'readFileSync' | 'unlinkSync' | 'utimesSync' | 'writeFileSync';

/** What calls of the file system do in place of what they would: throw, or something before it. */
const faults = vi.hoisted(() => new Map<string, (path: string) => void>());

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const faulty = (name: Call) =>
    ((...args: [string, ...unknown[]]) => {
      faults.get(name)?.(args[0]);
      return Reflect.apply(real[name], real, args);
    }) as never;
  return {
    ...real,
    linkSync: faulty('linkSync'),
    readFileSync: faulty('readFileSync'),
    unlinkSync: faulty('unlinkSync'),
    utimesSync: faulty('utimesSync'),
    writeFileSync: faulty('writeFileSync'),
  };
});

const system = (code: string, syscall: string): Error =>
  Object.assign(new Error(`${code}: no, ${syscall} '/somewhere/else'`), {
    code,
    syscall,
    path: '/somewhere/else',
  });

/** The next `times` calls fail. */
function fail(name: Call, error: Error, { times = Number.POSITIVE_INFINITY, only = /lock/ } = {}): void {
  let left = times;
  faults.set(name, (path) => {
    if (!only.test(path) || left-- <= 0) return;
    throw error;
  });
}

const root = fs.mkdtempSync(join(tmpdir(), 'kindling-lock-faults-'));
afterAll(() => fs.rmSync(root, { recursive: true }));
let folder = '';
let path = '';
beforeEach(() => {
  folder = fs.mkdtempSync(join(root, 'a-'));
  path = join(folder, 'lock');
});
afterEach(() => faults.clear());
const names = (): string[] => fs.readdirSync(folder);

describe('where files cannot have two names', () => {
  test.each(['EPERM', 'ENOTSUP', 'EMLINK'])('%s: a lock is taken all the same, by one', async (code) => {
    fail('linkSync', system(code, 'link'));
    const lock = await FileLock.acquire(path);
    expect(names()).toEqual(['lock']);
    expect([lock.isHeld(), isLocked(path)]).toEqual([true, true]);
    const refuse = (): Error => new Error('busy');
    await expect(FileLock.acquire(path, { refuse })).rejects.toThrow('busy');
    lock.release();
    expect(names()).toEqual([]);
  });

  test('one that another process makes meanwhile is that of the other', async () => {
    const text = JSON.stringify({ ...ownerHere('other'), host: 'elsewhere' });
    faults.set('linkSync', () => {
      faults.clear();
      fs.writeFileSync(path, text);
      throw system('EPERM', 'link');
    });
    const controller = new AbortController();
    const waiting = FileLock.acquire(path, {
      signal: controller.signal,
      onWait: () => controller.abort(),
    });
    await expect(waiting).rejects.toThrow('abort');
    expect(fs.readFileSync(path, 'utf8')).toBe(text);
    expect(names()).toEqual(['lock']);
  });

  test('what fails after that is an error with the path of the lock', async () => {
    fail('linkSync', system('EPERM', 'link'));
    fail('writeFileSync', system('ENOSPC', 'write'), { only: /\/lock$/ });
    await expect(FileLock.acquire(path)).rejects.toMatchObject({
      code: 'ENOSPC',
      path,
      message: `ENOSPC: no, write '${path}'`,
    });
    expect(names()).toEqual([]);
  });
});

describe('a lock that cannot be made', () => {
  test.each([
    ['a full disk', 'writeFileSync', 'ENOSPC', 'open'],
    ['a disk that answers no more', 'linkSync', 'EIO', 'rename'],
  ] as const)('%s is an error with its path, and leaves nothing', async (_, name, code, syscall) => {
    fail(name, system(code, syscall));
    await expect(FileLock.acquire(path)).rejects.toMatchObject({ code, path });
    expect(names()).toEqual([]);
  });

  test('what was written first is removed, also where that fails once', async () => {
    fail('unlinkSync', system('EIO', 'unlink'), { times: 1 });
    const lock = await FileLock.acquire(path);
    expect(names()).toEqual(['lock']);
    lock.release();
  });
});

describe('a lock that is gone when it is read', () => {
  const other = (): string => JSON.stringify({ ...ownerHere('other'), host: 'elsewhere' });

  test('was released: it is taken', async () => {
    fs.writeFileSync(path, other());
    let reads = 0;
    faults.set('readFileSync', (read) => {
      if (read !== path || reads++ > 0) return;
      fs.rmSync(path);
    });
    const lock = await FileLock.acquire(path, { refuse: () => new Error('busy') });
    expect([reads > 0, lock.isHeld()]).toEqual([true, true]);
    lock.release();
  });

  test('cannot be read: the error names it, and nothing is taken', async () => {
    fs.writeFileSync(path, other());
    fail('readFileSync', system('EIO', 'read'), { only: /\/lock$/ });
    await expect(FileLock.acquire(path)).rejects.toMatchObject({ code: 'EIO', path });
    expect(isLocked(path)).toBe(false);
    faults.clear();
    expect(fs.readFileSync(path, 'utf8')).toBe(other());
  });
});

describe('a disk that answers no more', () => {
  test('says nothing about a lock that is held', async () => {
    const lock = await FileLock.acquire(path);
    fail('readFileSync', system('EIO', 'read'), { only: /\/lock$/ });
    expect([lock.isHeld(), lock.isLost]).toEqual([true, false]);
    fail('utimesSync', system('EIO', 'utime'));
    lock.beat();
    faults.clear();
    expect(lock.isHeld()).toBe(true);
    lock.release();
    expect(names()).toEqual([]);
  });
});

describe('a guard', () => {
  const dead = { pid: 2 ** 22 + 1, host: hostname() };
  const acquire = () => FileLock.acquire(path, { staleMs: 200 });

  test('of a process that lives is waited for, until its time is over', async () => {
    fs.writeFileSync(path, JSON.stringify({ ...dead, token: 'x' }));
    fs.writeFileSync(`${path}.break`, JSON.stringify(ownerHere('guard')));
    const lock = await acquire();
    expect(names()).toEqual(['lock']);
    lock.release();
  });

  test('that guards another lock by now removes nothing', async () => {
    fs.writeFileSync(path, JSON.stringify({ ...dead, token: 'old' }));
    const next = JSON.stringify({ ...ownerHere('next'), host: 'elsewhere' });
    // A faster process takes the lock over while this one makes its guard.
    faults.set('linkSync', (temporary) => {
      if (!temporary.includes('.break')) return;
      faults.clear();
      fs.writeFileSync(path, next);
    });
    await expect(
      FileLock.acquire(path, {
        refuse: ({ token }) => new Error(`busy: ${token}`),
        staleMs: 60_000,
        signal: AbortSignal.timeout(400),
      }),
    ).rejects.toThrow();
    expect(fs.readFileSync(path, 'utf8')).toBe(next);
    expect(names()).toEqual(['lock']);
  });
});
