import { expect, test } from 'vitest';
import { type DataDirContext, dataDir } from '../src/data-dir.ts';
import { editDistance, nearestName } from '../src/nearest-name.ts';

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

test.each([
  ['', '', 0],
  ['kitten', 'sitting', 3],
  ['mnist', 'mnsit', 1],
  ['abc', '', 3],
  ['ca', 'abc', 3],
])('%j to %j takes %i edits', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

test('the nearest name is one that could have been meant', () => {
  const known = ['digits', 'diabetes', 'mnist', 'xor'];
  expect(nearestName('MNIST', known)).toBe('mnist');
  expect(nearestName('digit', known)).toBe('digits');
  expect(nearestName('diabtes', known)).toBe('diabetes');
  expect(nearestName('cifar10', known)).toBeUndefined();
  expect(nearestName('', known)).toBeUndefined();
});
