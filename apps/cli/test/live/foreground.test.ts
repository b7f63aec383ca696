import { expect, test } from 'vitest';
import { isInForeground } from '../../src/live/foreground.ts';

const stat = (group: number, foreground: number): string =>
  `7 (a (b) c) R 1 ${group} 3 34816 ${foreground} 0 0`;

test('a job of a shell is in the foreground where the terminal is its', () => {
  expect(isInForeground(() => stat(7, 7))).toBe(true);
  expect(isInForeground(() => stat(7, 5))).toBe(false);
  // Without a terminal, and on systems that do not tell.
  expect(isInForeground(() => stat(7, -1))).toBe(true);
  expect(isInForeground(() => '')).toBe(true);
  expect(
    isInForeground(() => {
      throw new Error('ENOENT');
    }),
  ).toBe(true);
});
