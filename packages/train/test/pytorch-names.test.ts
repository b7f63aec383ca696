import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { unexplained, withNames } from './pytorch-names.ts';

test('every exported name has a counterpart, or a word on why not', () => {
  expect(unexplained()).toEqual([]);
});

test('the names in docs/from-pytorch.md are what the packages export', async () => {
  const page = fileURLToPath(new URL('../../../docs/from-pytorch.md', import.meta.url));
  await expect(withNames(readFileSync(page, 'utf8'))).toMatchFileSnapshot(page);
});
