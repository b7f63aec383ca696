import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { preferredLanguage } from '@kindling/dashboard/language';
import { expect, test } from 'vitest';
import { messagesOf } from '../src/page/messages/messages.ts';
import { programNames } from '../src/page/program/catalog.ts';

/** Every text of a table, functions called with something. */
function texts(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, String(value(7))]];
  return Object.entries(value as object).flatMap(([name, below]) => texts(below, `${path}.${name}`));
}

test('both languages have every text, and Korean is Korean', () => {
  const english = texts(messagesOf('en'));
  const korean = texts(messagesOf('ko'));
  expect(korean.map(([path]) => path)).toEqual(english.map(([path]) => path));
  for (const [path, text] of korean) {
    if (!['.tutorials.xor'].includes(path)) expect(text, path).toMatch(/[가-힣]/);
  }
  for (const [path, text] of english) expect(text, path).not.toMatch(/[가-힣]/);
});

test('every program of the list has a file', () => {
  for (const name of programNames) {
    const places = ['../programs', '../../../examples'].map((folder) =>
      join(import.meta.dirname, folder, `${name}.ts`),
    );
    expect(places.filter(existsSync).length, name).toBeGreaterThan(0);
  }
});

test.each([
  [['ko-KR', 'en'], 'ko'],
  [['de', 'en-GB'], 'en'],
  [['fr'], 'en'],
  [[], 'en'],
])('of %j the page speaks %s', (wanted, language) => {
  expect(preferredLanguage(wanted)).toBe(language);
});
