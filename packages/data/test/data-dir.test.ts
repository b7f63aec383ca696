import { expect, test } from 'vitest';
import { type DataDirContext, dataDir } from '../src/data-dir.ts';

test.each<[DataDirContext, string]>([
  [{ platform: 'linux', env: {} }, '/home/kim/.cache/kindling'],
  [{ platform: 'linux', env: { XDG_CACHE_HOME: '/var/cache' } }, '/var/cache/kindling'],
  [{ platform: 'linux', env: { XDG_CACHE_HOME: 'relative' } }, '/home/kim/.cache/kindling'],
  [{ platform: 'linux', env: { XDG_CACHE_HOME: '' } }, '/home/kim/.cache/kindling'],
  [{ platform: 'linux', env: { KINDLING_DATA_DIR: '/data', XDG_CACHE_HOME: '/var/cache' } }, '/data'],
  [{ platform: 'darwin', env: { XDG_CACHE_HOME: '/var/cache' } }, '/home/kim/Library/Caches/kindling'],
  [
    { platform: 'win32', env: { LOCALAPPDATA: 'C:\\Users\\kim\\AppData\\Local' } },
    'C:\\Users\\kim\\AppData\\Local\\kindling',
  ],
  [{ platform: 'win32', env: {}, home: 'C:\\Users\\kim' }, 'C:\\Users\\kim\\AppData\\Local\\kindling'],
])('the data folder for %j', (context, path) => {
  expect(dataDir({ home: '/home/kim', ...context })).toBe(path);
});

test('a relative KINDLING_DATA_DIR is below the working folder', () => {
  expect(dataDir({ platform: 'linux', env: { KINDLING_DATA_DIR: 'data' } })).toBe(`${process.cwd()}/data`);
});
