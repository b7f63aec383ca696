import { beforeAll, describe, expect, test } from 'vitest';
import { editorText, goTo, lensOf, quickFix, squiggles } from './driver/editor.ts';
import { xorExperiment } from './driver/experiments.ts';
import { languages } from './driver/language.ts';
import { openFile } from './driver/palette.ts';
import { newProject, windows } from './driver/windows.ts';
import type { Workbench } from './driver/workbench.ts';

describe.each(languages)('an experiment in the editor, in %s', (language) => {
  const open = windows();
  const project = newProject({ 'experiments/tiny.json': xorExperiment('tiny') });
  let window: Workbench;
  beforeAll(async () => {
    window = await open({ folder: project.folder, locale: language.locale });
    await openFile(window.page, 'tiny.json');
  });

  test('a mistake is underlined while it is typed, and the quick fix mends it', async () => {
    const { page } = window;
    await goTo(page, 'sgd');
    await page.keyboard.type('sdg');
    await expect.poll(() => squiggles(page).count()).toBeGreaterThan(0);
    await expect.poll(() => window.problems()).toContain('optimizer.type');
    await quickFix(page, language.text('Change to {0}', 'sgd'));
    await expect.poll(() => editorText(page)).toContain('"sgd"');
    await expect.poll(() => squiggles(page).count()).toBe(0);
  });

  test('it is trained by the lens above it, which then has the result', async () => {
    const { page } = window;
    await lensOf(page, language.text('$(play) Train').replace('$(play) ', '')).click();
    await window.tab('tiny').filter({ hasNotText: '.json' }).waitFor();
    await window.tab('tiny.json').click();
    await lensOf(page, language.text('Last run: {0}', '')).waitFor();
  });
});
