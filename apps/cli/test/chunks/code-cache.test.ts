import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { CodeCache } from '../../src/chunks/code-cache.ts';
import { newFolder } from '../process/kindling.ts';

const newFile = async (): Promise<string> => join(await newFolder(), 'code', 'train');

const code = (text: string) => Buffer.from(text);

test('what was added is there for the next, beside what was there before', async () => {
  const file = await newFile();
  const cache = new CodeCache(file, 'a');
  expect(cache.get('main')).toBeUndefined();
  cache.add(
    new Map([
      ['main', code('one')],
      ['empty', code('')],
    ]),
  );
  new CodeCache(file, 'a').add(new Map([['other', code('\n{}')]]));
  const next = new CodeCache(file, 'a');
  expect(['main', 'empty', 'other', 'none'].map((name) => next.get(name)?.toString())).toEqual([
    'one',
    '',
    '\n{}',
    undefined,
  ]);
  expect(readdirSync(dirname(file))).toEqual(['train']);
});

test.skipIf(process.platform === 'win32')('its owner alone may read and write it', async () => {
  const file = await newFile();
  new CodeCache(file, 'a').add(new Map([['main', code('one')]]));
  expect([file, dirname(file)].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o700]);
});

test('of another key there is nothing', async () => {
  const file = await newFile();
  new CodeCache(file, 'a').add(new Map([['main', code('one')]]));
  expect(new CodeCache(file, 'b').get('main')).toBeUndefined();
});

test('in a damaged file there is nothing, wherever it is damaged', async () => {
  const file = await newFile();
  new CodeCache(file, 'a').add(new Map([['main', code('one')]]));
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 1;
    for (const bytes of [damaged, whole.subarray(0, at)]) {
      writeFileSync(file, bytes);
      expect(new CodeCache(file, 'a').get('main')).toBeUndefined();
      new CodeCache(file, 'a').add(new Map([['main', code('two')]]));
      expect(new CodeCache(file, 'a').get('main')?.toString()).toBe('two');
    }
  }
});

test('in a file that is too long there is nothing, and its bytes are not read', async () => {
  const file = await newFile();
  new CodeCache(file, 'a').add(new Map([['main', code('one')]]));
  truncateSync(file, 2 ** 40);
  expect(new CodeCache(file, 'a').get('main')).toBeUndefined();
});

test.skipIf(process.platform === 'win32')('a pipe in its place is not waited for', async () => {
  const file = join(await newFolder(), 'train');
  execFileSync('mkfifo', [file]);
  const cache = new CodeCache(file, 'a');
  expect(cache.get('main')).toBeUndefined();
  cache.add(new Map([['main', code('one')]]));
  expect(new CodeCache(file, 'a').get('main')?.toString()).toBe('one');
});

test('where no file can be, nothing is kept and nothing is said', async () => {
  const folder = await newFolder();
  writeFileSync(join(folder, 'code'), '');
  mkdirSync(join(folder, 'train'));
  for (const file of [join(folder, 'code', 'train'), join(folder, 'train')]) {
    const cache = new CodeCache(file, 'a');
    cache.add(new Map([['main', code('one')]]));
    expect(new CodeCache(file, 'a').get('main')).toBeUndefined();
  }
  expect(readdirSync(folder).sort()).toEqual(['code', 'train']);
});
