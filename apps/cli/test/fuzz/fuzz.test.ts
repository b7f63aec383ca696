import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';
import { type Parser, type ParserName, parsers } from './parsers.ts';

const names = Object.keys(parsers) as ParserName[];

test.each(names)('%s: the files themselves are read', (name) => {
  const { files, read }: Parser = parsers[name];
  const isWhole = name !== '--set';
  for (const file of files) if (isWhole) expect(() => read(file)).not.toThrow();
});

test.each(names)('%s: a damaged file is read as another or refused by the error of its reader', (name) => {
  const { cases, taken, ...findings } = fuzz(name, 400, 1);
  expect(findings).toEqual({ crashes: [], hangs: [], long: [] });
  // Something is refused, so that the changes are changes.
  expect(cases - taken).toBeGreaterThan(cases / 20);
});
