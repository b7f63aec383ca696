import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { namesPage, unexplained } from './pytorch-names.ts';

test('every name of core has a counterpart in PyTorch, or a word on why not', () => {
  expect(unexplained()).toEqual([]);
});

test('docs/pytorch-names.md is what the packages export', async () => {
  const page = fileURLToPath(new URL('../../../docs/pytorch-names.md', import.meta.url));
  await expect(namesPage()).toMatchFileSnapshot(page);
});
