import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pruneFolder } from '../../src/chunks/prune-folder.ts';
import { newFolder } from '../process/kindling.ts';

test('the newest files stay, and what may still be written', async () => {
  const folder = await newFolder();
  const now = 1_000_000_000_000;
  const ages = { a: 4, b: 1, c: 3, d: 2, 'e.1.tmp': 59, 'f.2.tmp': 61, 'g.3.tmp': -61 };
  for (const [name, seconds] of Object.entries(ages)) {
    writeFileSync(join(folder, name), '');
    utimesSync(join(folder, name), now / 1000, now / 1000 - seconds);
  }
  mkdirSync(join(folder, 'z'));
  pruneFolder(folder, 3, now);
  expect(readdirSync(folder).sort()).toEqual(['b', 'c', 'd', 'e.1.tmp', 'z']);
});
