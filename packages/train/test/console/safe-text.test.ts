import { expect, test } from 'vitest';
import { safeLine, safeText } from '../../src/console.ts';

test('what a terminal would obey is written out, by its code where it has no shorter escape', () => {
  expect(safeText('a\x1b[2J\x9b\r\u202eb\ufeff')).toBe('a\\x1b[2J\\x9b\\r\\u202eb\\ufeff');
  expect(safeText('half \ud83d of a sign')).toBe('half \\ud83d of a sign');
  expect(safeText('whole 😀 한글\tand\nlines')).toBe('whole 😀 한글\tand\nlines');
  expect(safeLine('a\tb\nc')).toBe('a\\tb\\nc');
});
