import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Curves } from './driver/curves.ts';
import { english } from './driver/language.ts';
import { runCommand } from './driver/palette.ts';
import { Project } from './driver/project.ts';
import { windows } from './driver/windows.ts';

/** A loop of one's own, which goes on until it is told to end. */
const program = `import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { createRun } from '@kindling/train';

const run = await createRun({ name: 'own-loop', config: { lr: 0.1 } });
for (let step = 0; !existsSync('end'); step++) {
  run.log(step, { loss: 1 / (1 + step / 10), reward: step });
  await setTimeout(20);
}
run.finish();
`;

const train = join(import.meta.dirname, '..', '..', '..', '..', 'packages', 'train');
const open = windows();
const project = new Project({ 'loop.mjs': program });
let child: ChildProcess | undefined;
afterAll(() => {
  child?.kill();
  project[Symbol.dispose]();
});

test('a script with createRun appears while it runs, and its end is seen', async () => {
  mkdirSync(project.path('node_modules/@kindling'), { recursive: true });
  symlinkSync(train, project.path('node_modules/@kindling/train'));
  const window = await open({ folder: project.folder });
  await window.icon.click();
  const row = window.rows(english.view('runs')).filter({ hasText: 'own-loop' });

  child = spawn(process.execPath, ['loop.mjs'], { cwd: project.folder, stdio: 'inherit' });
  const ended = once(child, 'exit');
  await row.filter({ hasText: 'running' }).waitFor();

  await runCommand(window.page, english.command('openCurves'));
  const curves = new Curves(window.page);
  await expect.poll(() => curves.summary('reward')).toContain('last');
  const before = await curves.lastStep('loss');
  await expect.poll(() => curves.lastStep('loss')).toBeGreaterThan(before);

  project.write('end', '');
  expect((await ended)[0]).toBe(0);
  await row.filter({ hasText: 'completed' }).waitFor();
});
