import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { FileLock, isLocked } from '../../src/lock/file-lock.ts';
import { livenessOf, ownerHere, parseOwner } from '../../src/lock/lock-owner.ts';

const root = mkdtempSync(join(tmpdir(), 'kindling-lock-'));
afterAll(() => rmSync(root, { recursive: true }));
let path = '';
beforeEach(() => {
  path = join(mkdtempSync(join(root, 'lock-')), 'lock');
});

const refuse = ({ pid, host }: { pid: number; host: string }) => new Error(`busy: ${pid} on ${host}`);
const owner = (change: object = {}) =>
  JSON.stringify({ pid: process.pid, host: hostname(), token: 'x', ...change });
const touch = (secondsAgo: number): void => {
  const then = new Date(Date.now() - 1000 * secondsAgo);
  utimesSync(path, then, then);
};
const isLinux = process.platform === 'linux';

test('a lock is the only file, and gone when it is released', async () => {
  const lock = await FileLock.acquire(path);
  expect(readdirSync(join(path, '..'))).toEqual(['lock']);
  expect(parseOwner(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() });
  expect([lock.isHeld(), isLocked(path)]).toEqual([true, true]);
  lock.release();
  expect(readdirSync(join(path, '..'))).toEqual([]);
});

test('one that another process took over stays when the first owner releases it', async () => {
  const lock = await FileLock.acquire(path);
  rmSync(path);
  const other = await FileLock.acquire(path);
  expect([lock.isHeld(), other.isHeld()]).toEqual([false, true]);
  lock.release();
  expect(other.isHeld()).toBe(true);
  other.release();
  expect(existsSync(path)).toBe(false);
});

test('the heartbeat finds that the lock is lost', async () => {
  const lock = await FileLock.acquire(path, { staleMs: 50 });
  expect(lock.isLost).toBe(false);
  writeFileSync(path, owner());
  await expect.poll(() => lock.isLost).toBe(true);
  lock.release();
  expect(readFileSync(path, 'utf8')).toBe(owner());
});

test('a lock that was deleted is made again, unless another process was faster', async () => {
  const lock = await FileLock.acquire(path);
  rmSync(path);
  expect(lock.isHeld()).toBe(true);
  expect(isLocked(path)).toBe(true);
  lock.release();
  expect(existsSync(path)).toBe(false);
});

describe('an owner on this machine', () => {
  let child: ChildProcess;
  beforeEach(() => {
    child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    return () => void child.kill('SIGKILL');
  });

  test('keeps the lock while it runs, whether its heart beats or not, and not a moment longer', async () => {
    writeFileSync(path, owner({ pid: child.pid }));
    await expect(FileLock.acquire(path, { refuse })).rejects.toThrow(`busy: ${child.pid} on ${hostname()}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isLocked(path)).toBe(false);
    // Far less than the stale time, after which it would be taken in any case.
    (await FileLock.acquire(path, { refuse, staleMs: 1e9 })).release();
  });

  test.runIf(isLinux)('whose id another process has by now does not keep it', async () => {
    const before = ownerHere('x');
    for (const id of [child.pid, process.pid]) {
      writeFileSync(path, JSON.stringify({ ...before, pid: id, start: 'another start' }));
      expect(isLocked(path)).toBe(false);
      (await FileLock.acquire(path, { refuse, staleMs: 1e9 })).release();
    }
  });

  test.skipIf(!isLinux)('that has ended is dead, though its parent has not asked how', async () => {
    // The shell becomes a program that knows nothing of the child.
    const parent = spawn('sh', ['-c', 'true & exec sleep 60']);
    const children = `/proc/${parent.pid}/task/${parent.pid}/children`;
    const state = (pid: string) => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    let pid = '';
    await expect
      .poll(() => {
        pid = readFileSync(children, 'utf8').trim();
        return pid !== '' && state(pid) === 'Z';
      })
      .toBe(true);
    writeFileSync(path, owner({ pid: Number(pid) }));
    expect(isLocked(path)).toBe(false);
    parent.kill();
  });

  test('that started after the lock was touched last is another process', async () => {
    for (const id of isLinux ? [child.pid, process.pid] : [process.pid]) {
      writeFileSync(path, owner({ pid: id }));
      touch(3600 * 24 * 365 * 20);
      (await FileLock.acquire(path, { refuse, staleMs: 1e9 })).release();
    }
    if (isLinux) {
      // After the machine had started, and before the process had.
      writeFileSync(path, owner({ pid: child.pid }));
      touch(10);
      (await FileLock.acquire(path, { refuse, staleMs: 1e9 })).release();
    }
  });
});

describe('an owner that cannot be asked', () => {
  test.each([
    ['on another host', { host: 'elsewhere' }],
    ['in another container', { namespace: 'pid:[1]' }],
  ])('%s loses a lock whose heart stopped', async (_, change) => {
    writeFileSync(path, owner(change));
    expect(isLocked(path)).toBe(true);
    (await FileLock.acquire(path, { refuse, staleMs: 300 })).release();
    writeFileSync(path, owner(change));
    touch(60);
    expect(isLocked(path)).toBe(false);
  });

  test('keeps one whose heart beats', async () => {
    writeFileSync(path, owner({ host: 'elsewhere' }));
    const heart = setInterval(() => touch(Math.random()), 20);
    await expect(FileLock.acquire(path, { refuse, staleMs: 60_000 })).rejects.toThrow('on elsewhere');
    clearInterval(heart);
  });

  test('may have left an empty file, which is taken after the stale time', async () => {
    writeFileSync(path, '');
    (await FileLock.acquire(path, { refuse, staleMs: 200 })).release();
  });

  test.runIf(isLinux)('is neither alive nor dead', () => {
    const here = ownerHere('x');
    expect(livenessOf(here, 0)).toBe('alive');
    expect(livenessOf({ ...here, host: 'elsewhere' }, Date.now())).toBe('unknown');
    expect(livenessOf({ ...here, namespace: 'pid:[1]' }, Date.now())).toBe('unknown');
  });
});

test('the waiting ends with the signal', async () => {
  writeFileSync(path, owner());
  const controller = new AbortController();
  const waiting = FileLock.acquire(path, { staleMs: 1e9, signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toThrow('abort');
  expect(readFileSync(path, 'utf8')).toBe(owner());
});

test('a guard that a dead process left behind is removed', async () => {
  writeFileSync(path, owner({ start: 'another start', pid: 2 ** 22 + 1 }));
  writeFileSync(`${path}.break`, owner({ pid: 2 ** 22 + 1 }));
  (await FileLock.acquire(path, { refuse, staleMs: 1e9 })).release();
  expect(readdirSync(join(path, '..'))).toEqual([]);
});

describe.skipIf(process.platform === 'win32')('what is no lock is left alone', () => {
  const make = {
    'a folder': () => mkdirSync(path),
    'a symbolic link': () => symlinkSync('/dev/zero', path),
    'a pipe': () => void execFileSync('mkfifo', [path]),
    'a file with other content': () => writeFileSync(path, 'dear diary'),
    'a file of 5000 bytes': () => writeFileSync(path, 'x'.repeat(5000)),
  };
  test.each(Object.entries(make))('%s', async (kind, put) => {
    put();
    const before = lstatSync(path);
    await expect(FileLock.acquire(path, { staleMs: 1 })).rejects.toThrow(
      `${path}: expected a lock file, got ${kind}`,
    );
    expect(isLocked(path)).toBe(false);
    expect(lstatSync(path)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });
});
