import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DownloadEvent } from '../../src/download/download.ts';
import type { RemoteFile } from '../../src/download/remote-file.ts';
import { withLock } from '../../src/lock/with-lock.ts';
import { noise, remote, temporaryFolder } from './fixture.ts';
import { file, MirrorServer } from './mirror-server.ts';

// Node 20 runs no TypeScript, so the child is bundled from the sources first.
let bundle: Awaited<ReturnType<typeof temporaryFolder>>;
let program: string;

beforeAll(async () => {
  bundle = await temporaryFolder();
  program = join(bundle.path, 'download-child.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('download-child.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@kindling/source'],
    logLevel: 'error',
  });
}, 60_000);

afterAll(() => bundle[Symbol.asyncDispose]());

interface Child {
  readonly process: ChildProcess;
  readonly events: DownloadEvent[];
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly errors: () => string;
}

function start(wanted: RemoteFile, dir: string): Child {
  const child = spawn(process.execPath, [program, JSON.stringify(wanted), dir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events: DownloadEvent[] = [];
  let rest = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) events.push(JSON.parse(line));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  return { process: child, events, ended, errors: () => errors };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const content = noise(400_000);
const slowly = { bytes: 10_000, pauseMs: 25 };

test('of four processes at once one downloads, and all have the file', async () => {
  await using folder = await temporaryFolder();
  await using mirror = await MirrorServer.start(file(content, { slowly }));
  const wanted = remote(content, mirror.url);
  const children = Array.from({ length: 4 }, () => start(wanted, folder.path));
  const codes = await Promise.all(children.map(({ ended }) => ended));
  expect(codes, children.map((child) => child.errors()).join('')).toEqual([0, 0, 0, 0]);
  expect(mirror.requests).toHaveLength(1);
  const downloads = children.filter(({ events }) => events.some(({ type }) => type === 'start'));
  expect(downloads).toHaveLength(1);
  const waited = children.flatMap(({ events }) => events.filter(({ type }) => type === 'wait'));
  for (const event of waited) expect(event).toMatchObject({ pid: downloads[0]!.process.pid });
  expect((await readFile(join(folder.path, 'set', 'data.bin'))).equals(content)).toBe(true);
  expect(await readdir(join(folder.path, 'set'))).toEqual(['data.bin']);
}, 60_000);

test('a process that is killed leaves its part, and the next goes on with it at once', async () => {
  await using folder = await temporaryFolder();
  const etag = '"v1"';
  // The first answer lasts longer than a process takes to start where the machine is busy.
  await using mirror = await MirrorServer.start(
    file(content, { etag, slowly: { atOnce: 150_000, bytes: 500, pauseMs: 100 } }),
    file(content, { etag }),
  );
  const wanted = remote(content, mirror.url);
  const killed = start(wanted, folder.path);
  await until(() => killed.events.some((event) => event.type === 'progress' && event.received > 100_000));
  const next = start(wanted, folder.path);
  await until(() => next.events.some(({ type }) => type === 'wait'));
  killed.process.kill('SIGKILL');
  expect(await killed.ended).toBe('SIGKILL');
  expect(await next.ended, next.errors()).toBe(0);
  expect(mirror.ranges).toEqual([undefined, expect.stringMatching(/^bytes=\d{6}-$/)]);
  expect((await readFile(join(folder.path, 'set', 'data.bin'))).equals(content)).toBe(true);
  expect(await readdir(join(folder.path, 'set'))).toEqual(['data.bin']);
}, 60_000);

test('a lock is held by one body at a time', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'lock');
  let inside = 0;
  const body = async () => {
    expect(++inside).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inside--;
  };
  await Promise.all(Array.from({ length: 8 }, () => withLock(path, body)));
  expect(await readdir(folder.path)).toEqual([]);
});

test('a lock whose heart stopped is taken over; its owner notices', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'lock');
  // The parent process lives, but never touches the lock.
  await writeFile(path, JSON.stringify({ pid: process.ppid, host: hostname(), token: 'other' }));
  const waits: (number | undefined)[] = [];
  await withLock(
    path,
    async (lock) => {
      expect(lock.isHeld()).toBe(true);
      await writeFile(path, 'taken');
      expect(lock.isHeld()).toBe(false);
    },
    { staleMs: 300, onWait: (pid) => waits.push(pid) },
  );
  expect(waits).toEqual([process.ppid]);
  expect(await readFile(path, 'utf8')).toBe('taken');
});

test('a lock that lives is not taken over', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'lock');
  const order: string[] = [];
  const slow = withLock(
    path,
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 1200));
      order.push('slow');
    },
    { staleMs: 500 },
  );
  await until(() => existsSync(path));
  await withLock(path, async () => void order.push('next'), { staleMs: 500 });
  await slow;
  expect(order).toEqual(['slow', 'next']);
});
