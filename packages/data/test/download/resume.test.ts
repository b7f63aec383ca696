import { writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { download } from '../../src/download/download.ts';
import { content, holdsContent, names, noise, quick, rejection, remote, temporaryFolder } from './fixture.ts';
import { file, MirrorServer, status } from './mirror-server.ts';

test('goes on where a cut connection stopped', async () => {
  await using folder = await temporaryFolder();
  const etag = '"v1"';
  await using mirror = await MirrorServer.start(
    file(content, { etag, cutAfter: 100_000 }),
    file(content, { etag, cutAfter: 50_000 }),
    file(content, { etag }),
  );
  const received: number[] = [];
  const path = await download(remote(content, mirror.url), {
    ...quick,
    dir: folder.path,
    onEvent: (e) => e.type === 'progress' && received.push(e.received),
  });
  expect(await holdsContent(path)).toBe(true);
  expect(mirror.ranges).toEqual([undefined, 'bytes=100000-', 'bytes=150000-']);
  expect(mirror.requests[2]!.headers['if-range']).toBe(etag);
  expect(received).toEqual(received.toSorted((a, b) => a - b));
});

test('goes on in a later call, and with its own part of each mirror', async () => {
  await using folder = await temporaryFolder();
  await using first = await MirrorServer.start(file(content, { cutAfter: 120_000 }), status(500));
  const options = { ...quick, dir: folder.path, retries: 1 };
  await rejection(download(remote(content, first.url), options));
  expect(await names(folder.path)).toHaveLength(2);

  await using broken = await MirrorServer.start(status(404));
  await using again = await MirrorServer.start(file(content));
  await download(remote(content, broken.url, again.url), options);
  expect(again.ranges).toEqual([undefined]);
  expect(await names(folder.path)).toEqual(['data.bin']);
});

test('begins anew when the file has changed since, by If-Range', async () => {
  await using folder = await temporaryFolder();
  const old = noise(300_000, 99);
  await using mirror = await MirrorServer.start(
    file(old, { etag: '"old"', cutAfter: 100_000 }),
    file(content, { etag: '"new"' }),
  );
  const path = await download(remote(content, mirror.url), { ...quick, dir: folder.path });
  expect(await holdsContent(path)).toBe(true);
  expect(mirror.ranges).toEqual([undefined, 'bytes=100000-']);
});

test('begins anew when parts of two versions were joined by a server without tags', async () => {
  await using folder = await temporaryFolder();
  await using mirror = await MirrorServer.start(
    file(noise(300_000, 99), { cutAfter: 100_000 }),
    file(content),
  );
  const path = await download(remote(content, mirror.url), { ...quick, dir: folder.path });
  expect(await holdsContent(path)).toBe(true);
  expect(mirror.ranges).toEqual([undefined, 'bytes=100000-', undefined]);
});

test('begins anew when the server ignores ranges', async () => {
  await using folder = await temporaryFolder();
  await using mirror = await MirrorServer.start(
    file(content, { cutAfter: 100_000 }),
    file(content, { ignoreRange: true }),
  );
  const path = await download(remote(content, mirror.url), { ...quick, dir: folder.path });
  expect(await holdsContent(path)).toBe(true);
});

test('asks for the same version by a strong tag or the date, never by a weak tag', async () => {
  for (const [headers, condition] of [
    [{ etag: 'W/"v1"' }, undefined],
    [{ etag: '"v1"', 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' }, '"v1"'],
    [{ etag: 'W/"v1"', 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' }, 'Mon, 01 Jan 2024 00:00:00 GMT'],
  ] as const) {
    await using folder = await temporaryFolder();
    await using mirror = await MirrorServer.start(
      (request, response) => {
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        return file(content, { cutAfter: 1000 })(request, response);
      },
      file(content, { ignoreRange: true }),
    );
    await download(remote(content, mirror.url), { ...quick, dir: folder.path });
    expect(mirror.requests[1]!.headers['if-range']).toBe(condition);
  }
});

test('does not take a range for another', async () => {
  await using folder = await temporaryFolder();
  await using mirror = await MirrorServer.start(
    file(content, { cutAfter: 100_000 }),
    (_request, response) => {
      const headers = { 'content-range': 'bytes 5-99/300000' };
      response.writeHead(206, headers).end(content.subarray(5, 100));
    },
    file(content),
  );
  const path = await download(remote(content, mirror.url), { ...quick, dir: folder.path });
  expect(await holdsContent(path)).toBe(true);
  expect(mirror.ranges).toEqual([undefined, 'bytes=100000-', undefined]);
});

test('moves nothing into place when another process has taken the download over', async () => {
  await using folder = await temporaryFolder();
  await using mirror = await MirrorServer.start(file(content, { slowly: { bytes: 50_000, pauseMs: 10 } }));
  const lock = join(folder.path, 'set', 'data.bin.lock');
  const error = await rejection(
    download(remote(content, mirror.url), {
      ...quick,
      dir: folder.path,
      onEvent: (e) => e.type === 'progress' && e.received === 0 && writeFileSync(lock, 'another'),
    }),
  );
  expect(error.message).toContain('another process took over the download');
  expect(await names(folder.path)).not.toContain('data.bin');
  expect(await readFile(lock, 'utf8')).toBe('another');
});

test('accepts a part that was whole already', async () => {
  await using folder = await temporaryFolder();
  const etag = '"v1"';
  await using mirror = await MirrorServer.start(
    file(content, { etag, cutAfter: 1000 }),
    status(404),
    file(content, { etag }),
  );
  await rejection(download(remote(content, mirror.url), { ...quick, dir: folder.path }));
  const part = (await names(folder.path)).find((name) => name.endsWith('.part'))!;
  await writeFile(join(folder.path, 'set', part), content);
  const path = await download(remote(content, mirror.url), { ...quick, dir: folder.path });
  expect(await holdsContent(path)).toBe(true);
  expect(mirror.ranges.at(-1)).toBe('bytes=300000-');
});
