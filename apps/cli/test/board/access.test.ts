import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLoopback, refuseHost, refuseOrigin, refuseToken } from '../../src/commands/board/access.ts';
import { kindling } from '../process/in-process.ts';
import { newFolder } from '../process/kindling.ts';
import { Board, fetchText } from './board-client.ts';

test.each([
  ['127.0.0.1', '127.0.0.1:5463', true],
  ['127.0.0.1', 'localhost:8080', true],
  ['127.0.0.1', '[::1]:5463', true],
  ['127.0.0.1', 'LOCALHOST', true],
  ['127.0.0.1', 'localhost.evil.example', false],
  ['127.0.0.1', '127.0.0.1.evil.example', false],
  ['127.0.0.1', 'evil.example:5463', false],
  ['127.0.0.1', '192.168.0.7:5463', false],
  ['127.0.0.1', undefined, false],
  ['127.0.0.1', '', false],
  ['127.0.0.1', 'localhost@evil.example', false],
  ['127.0.0.1', 'localhost/evil', false],
  ['0.0.0.0', '192.168.0.7:5463', true],
  ['0.0.0.0', 'evil.example', false],
  ['gpu-1', 'gpu-1:5463', true],
])('a server at %s and the host %s: %s', (host, header, isTaken) => {
  expect(refuseHost(header, host)?.status).toBe(isTaken ? undefined : 403);
});

test('an address is this machine alone, or not', () => {
  expect(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '10.0.0.1', '127.evil.example', '::ffff:1.2.3.4'].some(isLoopback)).toBe(false);
});

test('a request of another origin is refused', () => {
  const host = 'localhost:5463';
  expect(refuseOrigin({ host })).toBeUndefined();
  expect(
    refuseOrigin({ host, origin: 'http://localhost:5463', 'sec-fetch-site': 'same-origin' }),
  ).toBeUndefined();
  for (const origin of ['http://localhost:5464', 'https://localhost:5463', 'http://evil.example', 'null']) {
    expect(refuseOrigin({ host, origin })?.status).toBe(403);
  }
  expect(refuseOrigin({ host, 'sec-fetch-site': 'cross-site' })?.status).toBe(403);
  expect(refuseOrigin({ host, 'sec-fetch-site': 'same-site' })?.status).toBe(403);
});

test('a token is taken or not', () => {
  expect(refuseToken('abc', 'abc')).toBeUndefined();
  for (const given of [undefined, '', 'ab', 'abcd', 'ABC'])
    expect(refuseToken(given, 'abc')?.status).toBe(401);
});

describe('a board', () => {
  let board: Board;
  beforeAll(async () => {
    const cwd = await newFolder();
    mkdirSync(join(cwd, 'runs'));
    board = await Board.open([], cwd);
  });
  afterAll(() => board.close());

  test('listens at this machine alone, with a long token', () => {
    expect(board.url.hostname).toBe('127.0.0.1');
    expect(board.token.length).toBeGreaterThanOrEqual(43);
  });

  test('serves the page at the address that it prints, under a strict policy', async () => {
    const { status, headers, text } = await fetchText(board.url.href);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(text).toContain(`<script type="module" src="/${board.token}/index.js"></script>`);
    for (const [name, type] of [
      ['index.js', 'text/javascript; charset=utf-8'],
      ['index.css', 'text/css; charset=utf-8'],
    ]) {
      const file = await fetchText(`${board.url.origin}/${board.token}/${name}`);
      expect([file.status, file.headers['content-type']]).toEqual([200, type]);
      expect(file.headers['content-security-policy']).toBe(headers['content-security-policy']);
    }
  });

  test.each(['/', '/events', '/messages', '/x/index.js', '/index.js', '/%00', '//', '/../package.json'])(
    'refuses %s without the token',
    async (path) => {
      const method = path === '/messages' ? 'POST' : 'GET';
      for (const token of ['', 'wrong', `${board.token}x`]) {
        const { status, text } = await fetchText(`${board.url.origin}${path}?token=${token}`, { method });
        expect(status).toBe(401);
        expect(text).not.toContain(board.token);
      }
      expect((await fetchText(`${board.url.origin}${path}`, { method })).status).toBe(401);
    },
  );

  test('refuses names that lead here (DNS rebinding) and pages of other origins', async () => {
    for (const host of ['evil.example', `evil.example:${board.url.port}`]) {
      expect((await fetchText(board.url.href, { headers: { host } })).status).toBe(403);
    }
    // A forwarded port has another number in the browser.
    expect((await fetchText(board.url.href, { headers: { host: 'localhost:9999' } })).status).toBe(200);
    const post = (headers: Record<string, string>) =>
      fetchText(board.at('/messages', { connection: 'x' }), { method: 'POST', headers, body: '{}' });
    expect((await post({ origin: 'http://evil.example' })).status).toBe(403);
    expect((await post({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post({ origin: board.url.origin })).status).toBe(404);
    expect(
      (await fetchText(board.at('/events'), { headers: { origin: 'http://evil.example' } })).status,
    ).toBe(403);
  });

  test.each(['package.json', '..%2fmain.js', '.env', 'index.js.map%00.js', 'nothing.js'])(
    'has no file %s',
    async (name) => {
      expect((await fetchText(`${board.url.origin}/${board.token}/${name}`)).status).toBe(404);
    },
  );

  test('answers other methods, and messages that are none', async () => {
    expect((await fetchText(board.url.href, { method: 'DELETE' })).status).toBe(405);
    expect((await fetchText(board.at('/messages'))).status).toBe(405);
    expect((await fetchText(board.at('/events'), { method: 'POST' })).status).toBe(405);
    using page = await board.page();
    const post = (body: string, type = 'application/json') =>
      fetchText(board.at('/messages', { connection: page.connection }), {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
    expect((await post('{}', 'text/plain')).status).toBe(415);
    expect((await post('{')).status).toBe(400);
    expect(await post('{"type":"hello"}')).toMatchObject({
      status: 400,
      text: expect.stringContaining('type'),
    });
    expect((await post(JSON.stringify({ type: 'follow', runs: ['x'.repeat(2 ** 19)] }))).status).toBe(413);
    expect(
      await fetchText(board.at('/messages', { connection: page.connection }), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
        body: 'x'.repeat(2 ** 20),
      }),
    ).toMatchObject({ status: 413 });
    expect((await post('{"type":"follow","runs":[]}')).status).toBe(204);
  });

  test('has so many pages at a time, and another where one leaves', async () => {
    const pages = [await board.page()];
    const refused = await (async () => {
      for (;;) {
        const page = await board.page().catch((error: unknown) => error);
        if (page instanceof Error) return page;
        pages.push(page as (typeof pages)[0]);
      }
    })();
    expect(refused.message).toContain('503');
    // Pages of the tests before may still be leaving.
    expect(pages.length).toBeGreaterThan(28);
    expect(pages.length).toBeLessThanOrEqual(32);
    for (const page of pages) page[Symbol.dispose]();
    await expect
      .poll(async () => {
        const page = await board.page().catch(() => undefined);
        page?.[Symbol.dispose]();
        return page?.connection;
      })
      .toBeTruthy();
  });
});

describe('board', () => {
  test('says why it cannot listen', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const board = (...args: string[]) => kindling(['board', '--no-open', ...args]);
    expect(await board('--port', String(port))).toEqual({
      code: 1,
      stdout: '',
      stderr: `kindling: --port ${port}: expected a free port, got one that another program has; --port 0 takes a free one\n`,
    });
    taken.close();
    expect(await board('--port', '65536')).toMatchObject({
      code: 2,
      stderr: 'kindling: --port: expected a whole number from 0 to 65535, got 65536\n',
    });
    expect(await board('--host', '203.0.113.7', '--port', '0')).toMatchObject({
      code: 2,
      stderr: 'kindling: --host: expected an address of this machine, got "203.0.113.7"\n',
    });
    expect(await board(import.meta.filename)).toMatchObject({
      code: 2,
      stderr: `kindling: board: expected a folder of runs, got a file at ${import.meta.filename}\n`,
    });
  });

  test('takes a free port where its own is taken', async () => {
    const cwd = await newFolder();
    await using first = await Board.open([], cwd, []);
    await using second = await Board.open([], cwd, []);
    expect(second.url.port).not.toBe(first.url.port);
    for (const { url } of [first, second]) expect((await fetchText(url.href)).status).toBe(200);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('ends by %s with exit code 0, pages or not', async (signal) => {
    const board = await Board.open(['nowhere'], await newFolder());
    using page = await board.page();
    await page.until(() => page.messages.length > 0);
    const { code, stdout, stderr } = await board.close(signal);
    expect(code, stderr).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('no runs in nowhere yet; the page shows them when they come\n');
  });
});
