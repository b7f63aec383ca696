import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PageServer } from '../src/page/server.ts';

let server: PageServer;
let dir = '';
beforeAll(async () => {
  server = await PageServer.start();
  dir = await mkdtemp(join(tmpdir(), 'bench-test-'));
});
afterAll(async () => {
  await server.stop();
  await rm(dir, { recursive: true });
});

const get = (path: string): Promise<Response> => fetch(`${server.origin}${path}`);

test('serves the page, and files of packages that run in it', async () => {
  const page = await get('/?peer=jax');
  expect(page.headers.get('content-type')).toBe('text/html');
  expect(await page.text()).toContain('<script type="module" src="page.js">');
  const before = server.zippedBytes;
  const manifest = await get('/packages/@jax-js/jax/package.json');
  expect(await manifest.json()).toMatchObject({ name: '@jax-js/jax' });
  expect(server.zippedBytes).toBeGreaterThan(before);
  const module = await get('/packages/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm');
  expect(module.headers.get('content-type')).toBe('application/wasm');
});

test('serves arrays that the page was allowed, which do not count as downloads', async () => {
  const path = join(dir, 'array');
  await writeFile(path, new Uint8Array([1, 2, 3]));
  const url = `/arrays?path=${encodeURIComponent(path)}`;
  expect((await get(url)).status).toBe(404);
  server.allow(path);
  const before = server.zippedBytes;
  expect([...new Uint8Array(await (await get(url)).arrayBuffer())]).toEqual([1, 2, 3]);
  expect(server.zippedBytes).toBe(before);
});

test.each(['/none.js', '/packages/zod/package.json', '/../main.js', '/%2e%2e/main.js', '/..%2fmain.js'])(
  'has nothing else: %s',
  async (path) => {
    expect((await get(path)).status).toBe(404);
  },
);
