import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DataError } from '../../src/data-error.ts';
import { type DownloadEvent, download } from '../../src/download/download.ts';
import { DownloadError } from '../../src/download/download-error.ts';
import { content, holdsContent, names, noise, quick, rejection, remote, temporaryFolder } from './fixture.ts';
import { file, MirrorServer, silence, stallAfter, status } from './mirror-server.ts';

test('brings a file into the data folder and leaves nothing else there', async () => {
  await using folder = await temporaryFolder();
  await using mirror = await MirrorServer.start(file(content));
  const events: DownloadEvent[] = [];
  const dir = join(folder.path, 'made', 'on', 'demand');
  const path = await download(remote(content, `${mirror.url}/a`), {
    ...quick,
    dir,
    onEvent: (e) => events.push(e),
  });
  expect(path).toBe(join(dir, 'set', 'data.bin'));
  expect(await holdsContent(path)).toBe(true);
  expect(await names(dir)).toEqual(['data.bin']);
  const progress = events.flatMap((e) => (e.type === 'progress' ? [e.received] : []));
  expect(progress[0]).toBe(0);
  expect(progress.at(-1)).toBe(content.length);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(events.map((e) => e.type).filter((type) => type !== 'progress')).toEqual(['start', 'done']);
});

test('asks no server for a file that is there', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'set'));
  await writeFile(join(folder.path, 'set', 'data.bin'), 'mine');
  const path = await download(remote(content, 'http://127.0.0.1:9/never'), { ...quick, dir: folder.path });
  expect(await readFile(path, 'utf8')).toBe('mine');
});

test('checks what a gzip stream unzips to, so that mirrors may compress differently', async () => {
  await using folder = await temporaryFolder();
  const text = new TextEncoder().encode('1,2,3\n'.repeat(5000));
  await using mirror = await MirrorServer.start(file(gzipSync(text, { level: 1 })));
  const path = await download(remote(text, mirror.url), { ...quick, dir: folder.path });
  expect((await stat(path)).size).toBeLessThan(text.length);
});

test('tries mirrors in order and says what happened at each', async () => {
  await using folder = await temporaryFolder();
  await using missing = await MirrorServer.start(status(404));
  await using wrong = await MirrorServer.start(file(noise(300_000, 5)));
  await using short = await MirrorServer.start(file(content.subarray(0, 10)));
  const urls = [
    `${missing.url}/x`,
    `${wrong.url}/x`,
    `${short.url}/x`,
    'http://127.0.0.1:9/x',
    'ftp://127.0.0.1/x',
  ];
  const error = await rejection(download(remote(content, ...urls), { ...quick, dir: folder.path }));
  expect(error).toBeInstanceOf(DownloadError);
  expect(error).toBeInstanceOf(DataError);
  const { attempts } = error as DownloadError;
  expect(attempts.map(({ url }) => url)).toEqual(urls);
  expect(attempts.map(({ reason }) => reason)).toEqual([
    '404 Not Found',
    expect.stringMatching(/^wrong content: expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}$/),
    'wrong content: expected 300000 bytes, got 10',
    'connection refused (ECONNREFUSED)',
    'expected an http or https address, got ftp:',
  ]);
  expect(error.message).toBe(
    `set/data.bin: expected a download from one of 5 mirrors, got none:\n${attempts
      .map(({ url, reason }) => `  ${url}: ${reason}\n`)
      .join('')}Put the file at ${join(folder.path, 'set', 'data.bin')}, or set KINDLING_MIRROR to a mirror.`,
  );
  expect(await names(folder.path)).toEqual([]);
  expect(missing.requests).toHaveLength(1);
});

test('KINDLING_MIRROR is asked before the others', async () => {
  await using folder = await temporaryFolder();
  await using own = await MirrorServer.start(file(content));
  await using other = await MirrorServer.start(file(content));
  await download(remote(content, other.url), { ...quick, dir: folder.path, mirror: `${own.url}/base` });
  expect(own.requests.map(({ path }) => path)).toEqual(['/base/set/data.bin']);
  expect(other.requests).toEqual([]);
});

test('without the option, the mirror is that of the environment', async () => {
  await using folder = await temporaryFolder();
  await using own = await MirrorServer.start(file(content));
  process.env.KINDLING_MIRROR = `${own.url}/`;
  try {
    await download(remote(content, 'http://127.0.0.1:9/x'), { dir: folder.path });
  } finally {
    delete process.env.KINDLING_MIRROR;
  }
  expect(own.requests.map(({ path }) => path)).toEqual(['/set/data.bin']);
});

test('a mirror that is no address is an error, not skipped', async () => {
  await using folder = await temporaryFolder();
  const error = await rejection(download(remote(content), { dir: folder.path, mirror: 'mirror.example' }));
  expect(error.message).toBe('KINDLING_MIRROR: expected an http or https address, got "mirror.example"');
});

test('corrupt gzip from a mirror is wrong content', async () => {
  await using folder = await temporaryFolder();
  const bytes = gzipSync(content);
  bytes.fill(0, 1000, 1100);
  await using corrupt = await MirrorServer.start(file(bytes));
  await using cut = await MirrorServer.start(file(gzipSync(content).subarray(0, 5000)));
  const error = await rejection(
    download(remote(content, corrupt.url, cut.url), { ...quick, dir: folder.path }),
  );
  expect((error as DownloadError).attempts.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^wrong content: expected a complete gzip stream, got \d+ bytes that are corrupt/),
    'wrong content: expected a complete gzip stream, got one that is truncated after 5000 bytes',
  ]);
});

test('retries what may pass, and gives up when nothing comes', async () => {
  await using folder = await temporaryFolder();
  await using mirror = await MirrorServer.start(status(503), status(429), file(content));
  await download(remote(content, mirror.url), { ...quick, dir: folder.path });
  expect(mirror.requests).toHaveLength(3);

  await using other = await temporaryFolder();
  await using down = await MirrorServer.start(status(503));
  const error = await rejection(download(remote(content, down.url), { ...quick, dir: other.path }));
  expect(error.message).toContain('503 Service Unavailable, 4 times');
  expect(down.requests).toHaveLength(4);
});

/** Limits that a busy machine keeps; a test shortens the one that it waits for. */
const patient = { connect: 600_000, answer: 600_000, stall: 600_000 };

test('a silent server is given up, as often as it is tried, and the next one is asked', async () => {
  await using folder = await temporaryFolder();
  await using mute = await MirrorServer.start(silence);
  await using other = await MirrorServer.start(silence);
  const options = { ...quick, dir: folder.path, retries: 1, timeouts: { ...patient, answer: 100 } };
  const error = await rejection(download(remote(content, mute.url, other.url), options));
  expect((error as DownloadError).attempts).toEqual(
    [mute, other].map(({ url }) => ({ url, reason: 'no answer within 0.1 s, 2 times' })),
  );
});

test('a server that stalls is given up, and what came is gone on with', async () => {
  await using folder = await temporaryFolder();
  await using stalled = await MirrorServer.start(stallAfter(content, 1000));
  const options = { ...quick, dir: folder.path, retries: 1, timeouts: { ...patient, stall: 100 } };
  const error = await rejection(download(remote(content, stalled.url), options));
  expect((error as DownloadError).attempts).toEqual([
    { url: stalled.url, reason: 'no data for 0.1 s, 2 times' },
  ]);
  // The first piece may come later than the limit where the machine is busy.
  expect(stalled.ranges[0]).toBeUndefined();
  expect([undefined, 'bytes=1000-']).toContain(stalled.ranges[1]);

  await using good = await MirrorServer.start(file(content));
  await download(remote(content, good.url), { ...quick, dir: folder.path, timeouts: patient });
});

test('a server that accepts no connection is given up', async () => {
  await using folder = await temporaryFolder();
  // An https address at a server that never answers the TLS greeting: connected, as far as TCP goes, but no connection yet.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const error = await rejection(
    download(remote(content, `https://127.0.0.1:${port}/`), {
      ...quick,
      dir: folder.path,
      timeouts: { ...patient, connect: 200 },
    }),
  );
  server.close();
  expect(error.message).toContain('no connection within 0.2 s');
});

test('a host without a name is tried once', async () => {
  await using folder = await temporaryFolder();
  const urls = ['https://a.invalid/x', 'https://b.invalid/x'];
  const error = await rejection(download(remote(content, ...urls), { ...quick, dir: folder.path }));
  expect(error.message).toMatch(/a\.invalid\/x: (host name|no connection)/);
  expect(error.message).not.toContain('times');
});

test('follows redirects, and not forever', async () => {
  await using folder = await temporaryFolder();
  await using target = await MirrorServer.start(file(content));
  await using pointer = await MirrorServer.start((_request, response) => {
    response.writeHead(302, { location: `${target.url}/moved` }).end();
  });
  await using loop = await MirrorServer.start((_request, response) => {
    response.writeHead(301, { location: '/again' }).end();
  });
  const problems: string[] = [];
  await download(remote(content, loop.url, pointer.url), {
    ...quick,
    dir: folder.path,
    onEvent: (e) => e.type === 'problem' && problems.push(e.reason),
  });
  expect(problems).toEqual(['more than 5 redirects']);
  expect(target.requests[0]!.path).toBe('/moved');
});

test('refuses a file that is too long', async () => {
  await using folder = await temporaryFolder();
  await using told = await MirrorServer.start(file(noise(400_000)));
  await using untold = await MirrorServer.start((_request, response) => {
    response.writeHead(200);
    for (let i = 0; i < 10; i++) response.write(noise(100_000));
    response.end();
  });
  const error = await rejection(
    download(remote(content, told.url, untold.url), { ...quick, dir: folder.path }),
  );
  expect((error as DownloadError).attempts.map(({ reason }) => reason)).toEqual([
    'expected at most 304024 bytes, got 400000',
    expect.stringMatching(/^expected at most 304024 bytes, got \d+$/),
  ]);
});

test('stops on a signal and keeps what came', async () => {
  await using folder = await temporaryFolder();
  await using mirror = await MirrorServer.start(file(content, { slowly: { bytes: 20_000, pauseMs: 20 } }));
  const stop = new AbortController();
  const error = await rejection(
    download(remote(content, mirror.url), {
      ...quick,
      dir: folder.path,
      signal: stop.signal,
      onEvent: (e) => e.type === 'progress' && e.received > 60_000 && stop.abort(),
    }),
  );
  expect(error.name).toBe('AbortError');
  const kept = await names(folder.path);
  expect(kept).toHaveLength(2);
  await download(remote(content, mirror.url), { ...quick, dir: folder.path });
  expect(Number(/\d+/.exec(mirror.ranges[1]!)![0])).toBeGreaterThan(60_000);
});

test('a folder that cannot be made is said', async () => {
  await using folder = await temporaryFolder();
  const occupied = join(folder.path, 'file');
  await writeFile(occupied, '');
  const error = await rejection(download(remote(content), { ...quick, dir: occupied }));
  expect(error).toBeInstanceOf(DataError);
  expect(error.message).toBe(
    `${join(occupied, 'set')}: expected a writable folder, got ENOTDIR; set KINDLING_DATA_DIR to another folder`,
  );
});
