import { chmodSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { contentProblem } from '../../src/download/content.ts';
import { type DownloadEvent, download } from '../../src/download/download.ts';
import type { DownloadError } from '../../src/download/download-error.ts';
import { asTransferError } from '../../src/download/http-get.ts';
import { transfer, validatorPath } from '../../src/download/transfer.ts';
import { TransferError } from '../../src/download/transfer-error.ts';
import { content, holdsContent, names, noise, quick, rejection, remote, temporaryFolder } from './fixture.ts';
import { file, MirrorServer, status } from './mirror-server.ts';

const patient = { connect: 600_000, answer: 600_000, stall: 600_000 };

/** A server below HTTP. */
async function raw(answer: (socket: Socket) => void): Promise<AsyncDisposable & { readonly url: string }> {
  const server: Server = createServer((socket) => {
    socket.once('data', () => answer(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/x`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

describe('why a transfer ended', () => {
  const coded = (code: string, message = 'text') => Object.assign(new Error(message), { code });

  test.each<[unknown, string, boolean]>([
    [coded('ENOTFOUND'), 'host name not found (ENOTFOUND)', false],
    [coded('EAI_AGAIN'), 'host name could not be looked up (EAI_AGAIN)', false],
    [coded('ECONNREFUSED'), 'connection refused (ECONNREFUSED)', false],
    [coded('ENETUNREACH'), 'network unreachable (ENETUNREACH)', false],
    [coded('EHOSTUNREACH'), 'host unreachable (EHOSTUNREACH)', false],
    [coded('ECONNRESET'), 'connection cut (ECONNRESET)', true],
    [coded('EPIPE'), 'connection cut (EPIPE)', true],
    [coded('ETIMEDOUT'), 'connection timed out (ETIMEDOUT)', true],
    [coded('HPE_INVALID_CONSTANT', 'Parse Error'), 'Parse Error (HPE_INVALID_CONSTANT)', true],
    [
      coded('CERT_HAS_EXPIRED', 'certificate has expired'),
      'certificate has expired (CERT_HAS_EXPIRED)',
      false,
    ],
    [coded('EODD', ''), 'EODD', false],
    [new Error('plain'), 'plain', false],
    ['text', 'text', false],
  ])('%#: in words, and whether another try can help', (cause, message, transient) => {
    const error = asTransferError(cause);
    expect([error.message, error.transient]).toEqual([message, transient]);
    expect(error.cause).toBe(cause instanceof Error ? cause : undefined);
  });

  test('one that is known already stays as it is', () => {
    const error = new TransferError('x', true);
    expect(asTransferError(error)).toBe(error);
  });
});

describe('answers', () => {
  test('that are no HTTP are asked for again', async () => {
    await using folder = await temporaryFolder();
    let asked = 0;
    await using garbage = await raw((socket) => {
      asked++;
      socket.end('nothing of the kind\r\n\r\n');
    });
    const error = await rejection(
      download(remote(content, garbage.url), { ...quick, dir: folder.path, retries: 2 }),
    );
    expect((error as DownloadError).attempts[0]!.reason).toMatch(/\(HPE_\w+\), 3 times$/);
    expect(asked).toBe(3);
  });

  test('that end before their length are gone on with', async () => {
    await using folder = await temporaryFolder();
    const head = (bytes: number) => `HTTP/1.1 200 OK\r\ncontent-length: ${bytes}\r\n\r\n`;
    await using short = await raw((socket) => {
      socket.write(head(content.length));
      socket.end(content.subarray(0, 10));
    });
    const options = { ...quick, dir: folder.path, retries: 1, timeouts: patient };
    const error = await rejection(download(remote(content, short.url), options));
    expect((error as DownloadError).attempts[0]!.reason).toMatch(/ECONNRESET\), 2 times$/);
  });

  test.each([
    [400, 1],
    [403, 1],
    [404, 1],
    [410, 1],
    [304, 1],
    [408, 2],
    [429, 2],
    [500, 2],
    [502, 2],
    [599, 2],
  ])('%i is asked for %i times', async (code, times) => {
    await using folder = await temporaryFolder();
    await using mirror = await MirrorServer.start(status(code));
    await rejection(download(remote(content, mirror.url), { ...quick, dir: folder.path, retries: 1 }));
    expect(mirror.requests).toHaveLength(times);
  });

  test('that point elsewhere are followed five times, from where each is', async () => {
    await using folder = await temporaryFolder();
    const hops = (count: number) =>
      MirrorServer.start((request, response) => {
        const at = Number(/\d+/.exec(request.url ?? '')?.[0] ?? 0);
        if (at === count) return file(content)(request, response);
        response.writeHead(at % 2 === 0 ? 302 : 307, { location: `./hop${at + 1}` }).end();
        return undefined;
      });
    await using five = await hops(5);
    await download(remote(content, `${five.url}/a/b/start`), { ...quick, dir: folder.path });
    expect(five.requests.map(({ path }) => path)).toEqual([
      '/a/b/start',
      ...[1, 2, 3, 4, 5].map((at) => `/a/b/hop${at}`),
    ]);
    await using other = await temporaryFolder();
    await using six = await hops(6);
    const error = await rejection(download(remote(content, `${six.url}/x`), { ...quick, dir: other.path }));
    expect(error.message).toContain('more than 5 redirects');
  });

  test('to a range that the file does not have begin it anew', async () => {
    await using folder = await temporaryFolder();
    const part = join(folder.path, 'part');
    await writeFile(part, noise(400));
    await using mirror = await MirrorServer.start((_request, response) => {
      response.writeHead(416, { 'content-range': 'bytes */300' }).end();
    });
    const options = { timeouts: patient, maxBytes: 1000 };
    await expect(transfer(mirror.url, part, options)).rejects.toMatchObject({
      message: '416 Range Not Satisfiable',
      transient: true,
    });
    await using again = await MirrorServer.start(file(content.subarray(0, 300)));
    await transfer(again.url, part, options);
    expect([again.ranges, await readFile(part)]).toEqual([
      [undefined],
      Buffer.from(content.subarray(0, 300)),
    ]);
    expect(await readFile(validatorPath(part), 'utf8')).toBe('');
  });

  test('of exactly as many bytes as are allowed are taken', async () => {
    await using folder = await temporaryFolder();
    const part = join(folder.path, 'part');
    const options = { timeouts: patient, maxBytes: 500 };
    const untold = (bytes: number) =>
      MirrorServer.start((_request, response) => {
        response.writeHead(200);
        response.write(noise(bytes));
        response.end();
      });
    for (const [name, serve] of [
      ['told', () => MirrorServer.start(file(noise(500)))],
      ['untold', () => untold(500)],
    ] as const) {
      await using mirror = await serve();
      await transfer(mirror.url, join(folder.path, name), options);
      expect(await readFile(join(folder.path, name))).toEqual(Buffer.from(noise(500)));
    }
    for (const serve of [() => MirrorServer.start(file(noise(501))), () => untold(501)]) {
      await using mirror = await serve();
      await expect(transfer(mirror.url, part, options)).rejects.toMatchObject({
        message: 'expected at most 500 bytes, got 501',
        transient: false,
      });
    }
  });

  test('tell how much there will be where they do, from where they begin', async () => {
    await using folder = await temporaryFolder();
    await using mirror = await MirrorServer.start(
      file(content, { etag: '"v"', cutAfter: 100_000 }),
      file(content, { etag: '"v"' }),
    );
    const totals: unknown[] = [];
    const onEvent = (event: DownloadEvent): void => {
      if (event.type === 'progress') totals.push(event.total);
    };
    await download(remote(content, mirror.url), { ...quick, dir: folder.path, onEvent });
    expect(new Set(totals)).toEqual(new Set([content.length]));
    await using chunked = await MirrorServer.start((_request, response) => {
      response.writeHead(200);
      response.end(content);
    });
    await using other = await temporaryFolder();
    totals.length = 0;
    await download(remote(content, chunked.url), { ...quick, dir: other.path, onEvent });
    expect(new Set(totals)).toEqual(new Set([undefined]));
  });
});

test('a version without a part asks for nothing', async () => {
  await using folder = await temporaryFolder();
  const part = join(folder.path, 'part');
  await writeFile(validatorPath(part), '"v1"');
  await using mirror = await MirrorServer.start(file(content, { etag: '"v2"' }));
  await transfer(mirror.url, part, { timeouts: patient, maxBytes: content.length });
  expect(mirror.requests[0]!.headers).not.toHaveProperty('if-range');
  expect(mirror.ranges).toEqual([undefined]);
  expect(await readFile(validatorPath(part), 'utf8')).toBe('"v2"');
});

describe('what is left of other mirrors', () => {
  test('is removed, what others wrote beside it is not', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'set'));
    const own = ['data.bin.0123abcd.part', 'data.bin.0123abcd.part.version'];
    const others = [
      'data.bin.notes',
      'data.bin.0123abcd.part.old',
      'data.bin.xyz.part',
      'data.bin.x0123abcd.part',
      'other.bin.0123abcd.part',
    ];
    for (const name of [...own, ...others]) await writeFile(join(folder.path, 'set', name), 'x');
    await using mirror = await MirrorServer.start(file(content));
    const path = await download(remote(content, mirror.url), { ...quick, dir: folder.path });
    expect(await holdsContent(path)).toBe(true);
    expect((await names(folder.path)).sort()).toEqual(['data.bin', ...others].sort());
  });
});

describe('tries', () => {
  test('that bring more bytes do not count', async () => {
    await using folder = await temporaryFolder();
    const cuts = [50_000, 40_000, 30_000, 20_000].map((cutAfter) => file(content, { cutAfter }));
    await using mirror = await MirrorServer.start(...cuts, file(content));
    const path = await download(remote(content, mirror.url), { ...quick, dir: folder.path, retries: 0 });
    expect(await holdsContent(path)).toBe(true);
    expect(mirror.ranges.at(-1)).toBe('bytes=140000-');
  });

  test('are none where none are wanted', async () => {
    await using folder = await temporaryFolder();
    await using mirror = await MirrorServer.start(status(503));
    const error = await rejection(
      download(remote(content, mirror.url), { ...quick, dir: folder.path, retries: 0 }),
    );
    expect(error.message).toContain('503 Service Unavailable, 1 times');
    expect(mirror.requests).toHaveLength(1);
  });

  test('wrong content of joined parts is asked for once more', async () => {
    await using folder = await temporaryFolder();
    const wrong = noise(300_000, 9);
    const cut = file(wrong, { cutAfter: 100_000 });
    await using mirror = await MirrorServer.start(cut, file(wrong), cut, file(wrong), status(404));
    const error = await rejection(download(remote(content, mirror.url), { ...quick, dir: folder.path }));
    expect((error as DownloadError).attempts[0]!.reason).toMatch(/^wrong content/);
    expect(mirror.ranges).toEqual([undefined, 'bytes=100000-', undefined, 'bytes=100000-']);
  });

  test('wrong content of a whole download is not asked for again', async () => {
    await using folder = await temporaryFolder();
    await using mirror = await MirrorServer.start(file(noise(300_000, 9)));
    await rejection(download(remote(content, mirror.url), { ...quick, dir: folder.path }));
    expect(mirror.requests).toHaveLength(1);
    expect(await names(folder.path)).toEqual([]);
  });
});

test('content is known by its length and its hash', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'x');
  const { bytes, sha256 } = remote(content);
  const longer = Buffer.concat([content, Uint8Array.of(1)]);
  for (const [written, problem] of [
    [content, undefined],
    [gzipSync(content), undefined],
    [content.subarray(1), 'expected 300000 bytes, got 299999'],
    [longer, 'expected 300000 bytes, got more'],
    [gzipSync(longer), 'expected 300000 bytes, got more'],
    [new Uint8Array(0), 'expected 300000 bytes, got 0'],
  ] as const) {
    await writeFile(path, written);
    expect(await contentProblem(path, { bytes, sha256 })).toBe(problem);
  }
  const damaged = gzipSync(content);
  damaged[damaged.length - 8]! ^= 1;
  await writeFile(path, damaged);
  expect(await contentProblem(path, { bytes, sha256 })).toMatch(
    /^expected a complete gzip stream, got \d+ bytes that are corrupt/,
  );
  // All of it comes out, but the checksum at the end is not whole.
  const cut = gzipSync(content).subarray(0, -4);
  await writeFile(path, cut);
  expect(await contentProblem(path, { bytes, sha256 })).toBe(
    `expected a complete gzip stream, got one that is truncated after ${cut.length} bytes`,
  );
  // The stream's first piece is as long as the content.
  await writeFile(path, content.subarray(0, 2 ** 16 + 1));
  expect(await contentProblem(path, remote(content.subarray(0, 2 ** 16)))).toBe(
    'expected 65536 bytes, got more',
  );
});

test.runIf(process.platform === 'linux' && process.getuid?.() !== 0)(
  'a folder without permission is said',
  async () => {
    await using folder = await temporaryFolder();
    chmodSync(folder.path, 0o500);
    const error = await rejection(download(remote(content), { ...quick, dir: folder.path }));
    expect(error.message).toContain('expected a writable folder, got EACCES');
    chmodSync(folder.path, 0o700);
  },
);
