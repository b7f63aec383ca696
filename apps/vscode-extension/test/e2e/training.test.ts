import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Curves } from './driver/curves.ts';
import { pick, runCommand } from './driver/palette.ts';
import { Project } from './driver/project.ts';
import { windows } from './driver/windows.ts';
import type { Workbench } from './driver/workbench.ts';

describe('training', () => {
  const open = windows();
  const project = new Project();
  let window: Workbench;
  let curves: Curves;
  beforeAll(async () => {
    window = await open({ folder: project.folder });
    curves = new Curves(window.page);
  });
  afterAll(() => project[Symbol.dispose]());

  test('XOR is trained from the palette, and its curve is there', async () => {
    await runCommand(window.page, 'Kindling: Train Experiment…');
    await pick(window.page, 'xor');
    await expect.poll(() => window.tab('xor').count()).toBe(1);
    await expect.poll(() => curves.summary('loss')).toContain('xor train: last');
    console.log(await curves.summary('loss'), await curves.lastPlace('loss'));
    await window.page.screenshot({ path: '/tmp/e2e1.png' });
    console.log(window.complaints.all);
  });
});
