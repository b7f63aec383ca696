import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ChunkLoader } from '../../src/chunks/chunk-loader.ts';
import { CodeCache } from '../../src/chunks/code-cache.ts';
import { newFolder } from '../process/kindling.ts';

async function folderOf(chunks: Readonly<Record<string, string>>): Promise<string> {
  const folder = await newFolder();
  for (const [name, source] of Object.entries(chunks)) {
    writeFileSync(join(folder, `${name}.cjs`), `"use strict";${source}\n// the end`);
  }
  return folder;
}

const loaderOf = (folder: string, cache?: CodeCache) =>
  new ChunkLoader(folder, join(folder, 'own', 'main.js'), cache);

test('chunks load each other, once, and what Node.js has', async () => {
  const folder = await folderOf({
    main: 'exports.times = [require("./b-1.js").count(), require("./b-1.js").count()]; exports.sep = require("node:path").sep;',
    'b-1': 'let n = 0; exports.count = () => ++n;',
  });
  const loader = loaderOf(folder);
  expect(loader.load('main')).toEqual({ times: [1, 2], sep: join('/') });
  expect(loader.load('main')).toBe(loader.load('main'));
});

test('a chunk takes itself for the module that it was built for', async () => {
  const folder = await folderOf({ main: 'Object.assign(exports, { moduleUrl, __filename, __dirname });' });
  expect(loaderOf(folder).load('main')).toEqual({
    moduleUrl: pathToFileURL(join(folder, 'own', 'main.js')).href,
    __filename: join(folder, 'own', 'main.js'),
    __dirname: join(folder, 'own'),
  });
});

test('chunks that need each other see what is there by then', async () => {
  const folder = await folderOf({
    main: 'module.exports = { get a() { return a; } }; const b = require("./b.js"); const a = 1; exports.b = b;',
    b: 'const main = require("./main.js"); exports.later = () => main.a;',
  });
  const loader = loaderOf(folder);
  loader.load('main');
  expect((loader.load('b') as { later(): number }).later()).toBe(1);
});

test('loaded() is a promise of a chunk, or of why there is none', async () => {
  const folder = await folderOf({
    main: 'exports.ask = loaded;',
    good: 'exports.value = 1;',
    bad: 'throw new RangeError("not today");',
  });
  const { ask } = loaderOf(folder).load('main') as { ask(id: string): Promise<unknown> };
  await expect(ask('./good.js')).resolves.toEqual({ value: 1 });
  await expect(ask('./bad.js')).rejects.toThrow('not today');
  await expect(ask('./none.js')).rejects.toThrow('ENOENT');
  await expect(ask('node:path')).resolves.toHaveProperty('default.sep', join('/'));
  writeFileSync(join(folder, 'own.mjs'), 'export default import.meta.url;');
  const own = pathToFileURL(join(folder, 'own.mjs')).href;
  await expect(ask(own)).resolves.toHaveProperty('default', own);
});

describe('code', () => {
  const sources = {
    main: 'exports.square = (x) => x * x; exports.ask = () => require("./more.js").more;',
    more: 'exports.more = 7;',
  };
  const cacheOf = (folder: string) => new CodeCache(join(folder, 'code'), 'key');

  test('is kept of the chunks that were loaded, and taken by the next loader', async () => {
    const folder = await folderOf(sources);
    const first = loaderOf(folder, cacheOf(folder));
    (first.load('main') as { square(x: number): number }).square(3);
    expect(cacheOf(folder).get('main')).toBeUndefined();
    first.keepCode();
    const kept = cacheOf(folder).get('main');
    expect(kept?.length).toBeGreaterThan(100);
    expect(cacheOf(folder).get('more')).toBeUndefined();

    const second = loaderOf(folder, cacheOf(folder));
    const { square, ask } = second.load('main') as { square(x: number): number; ask(): number };
    expect([square(4), ask()]).toEqual([16, 7]);
    second.keepCode();
    expect(cacheOf(folder).get('main')).toEqual(kept);
    expect(cacheOf(folder).get('more')?.length).toBeGreaterThan(100);
  });

  test('that V8 does not take is made anew', async () => {
    const folder = await folderOf(sources);
    cacheOf(folder).add(new Map([['main', Buffer.alloc(1000, 7)]]));
    const loader = loaderOf(folder, cacheOf(folder));
    expect((loader.load('main') as { square(x: number): number }).square(5)).toBe(25);
    loader.keepCode();
    expect(cacheOf(folder).get('main')).not.toEqual(Buffer.alloc(1000, 7));
  });
});
