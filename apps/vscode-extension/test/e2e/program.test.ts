import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Curves } from './driver/curves.ts';
import { lensOf } from './driver/editor.ts';
import { english } from './driver/language.ts';
import { openFile, runCommand } from './driver/palette.ts';
import type { Project } from './driver/project.ts';
import { newProject, windows } from './driver/windows.ts';
import type { Workbench } from './driver/workbench.ts';

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
let child: ChildProcess | undefined;
afterAll(() => child?.kill());

/** A project that has the program, and the package that it imports. */
function programProject(): Project {
  const project = newProject({ 'loop.mjs': program });
  mkdirSync(project.path('node_modules/@kindling'), { recursive: true });
  symlinkSync(train, project.path('node_modules/@kindling/train'));
  return project;
}

const runRow = (window: Workbench) => window.rows(english.view('runs')).filter({ hasText: 'own-loop' });

async function showsGrowth(curves: Curves): Promise<void> {
  await expect.poll(() => curves.summary('loss')).toContain('last');
  const before = await curves.lastStep('loss');
  await expect.poll(() => curves.lastStep('loss')).toBeGreaterThan(before);
}

test('a script with createRun appears while it runs, and its end is seen', async () => {
  const project = programProject();
  const window = await open({ folder: project.folder });
  await window.icon.click();
  child = spawn(process.execPath, ['loop.mjs'], { cwd: project.folder, stdio: 'inherit' });
  const ended = once(child, 'exit');
  await runRow(window).filter({ hasText: 'running' }).waitFor();
  await runCommand(window.page, english.command('openCurves'));
  await showsGrowth(new Curves(window.page));
  project.write('end', '');
  expect((await ended)[0]).toBe(0);
  await runRow(window).filter({ hasText: 'completed' }).waitFor();
  await window.close();
});

test('the lens above createRun runs a program, and its curves open', async () => {
  const project = programProject();
  const window = await open({ folder: project.folder });
  await window.icon.click();
  await openFile(window.page, 'loop.mjs');
  await lensOf(window.page, 'Run with Kindling curves').click();
  await window.tab('own-loop').waitFor();
  await showsGrowth(new Curves(window.page));
  project.write('end', '');
  await runRow(window).filter({ hasText: 'completed' }).waitFor();
  await window.close();
});
