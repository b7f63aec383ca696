import { appendFileSync, rmSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { openPage } from './page.ts';
import { linesOf, newRuns, started, step, writeRun } from './run-files.ts';

// As on a file system that tells of no changes.
vi.mock('../../src/host/folder-watch.ts', () => ({
  FolderWatch: class {
    open(): void {}
    close(): void {}
  },
}));

test('where the file system tells of nothing, changes are found by looking', async () => {
  const runs = newRuns();
  const { events } = writeRun(runs, 'a', { events: [started('a'), step(0)] });
  using page = openPage({ folder: runs });
  page.follow('a');
  await page.until(() => page.steps('a').length === 1);
  appendFileSync(events, linesOf([step(1)]));
  await page.until(() => page.steps('a').length === 2);
  const { path } = writeRun(runs, 'sweep/b');
  await page.until(() => page.rows.has('sweep/b'));
  rmSync(path, { recursive: true });
  await page.until(() => !page.rows.has('sweep/b'));
  expect([...page.rows.keys()]).toEqual(['a']);
});
