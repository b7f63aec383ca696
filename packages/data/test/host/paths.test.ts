import { posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { basename, dirname, join, resolve } from '../../src/host/paths.ts';

const name = fc.constantFrom('a', 'b.txt', '..', '.', '', 'événement');
const absolute = fc.array(name, { maxLength: 5 }).map((names) => `/${names.join('/')}`);

test('absolute paths are taken apart and put together as Node.js does', () => {
  fc.assert(
    fc.property(absolute, fc.array(name, { maxLength: 3 }), (path, more) => {
      expect(resolve(path, ...more)).toBe(posix.resolve(path, ...more));
      const whole = posix.resolve(path);
      expect(join(whole, 'x', ...more)).toBe(posix.join(whole, 'x', ...more));
      expect(basename(whole)).toBe(posix.basename(whole));
      expect(dirname(whole)).toBe(posix.dirname(whole));
    }),
  );
});

test('without a current folder relative paths begin at the root', () => {
  expect(resolve('runs', 'xor')).toBe('/runs/xor');
  expect(resolve('')).toBe('/');
});
