import { beforeAll, describe, expect, test } from 'vitest';
import { Curves } from './driver/curves.ts';
import { english } from './driver/language.ts';
import { pick, runCommand } from './driver/palette.ts';
import { newProject, windows } from './driver/windows.ts';
import type { Workbench } from './driver/workbench.ts';

/** The colour of the corner of the first chart. */
const corner = (curves: Curves): Promise<string> =>
  curves.frame
    .locator('.plot canvas')
    .first()
    .evaluate((canvas) => {
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(2, 2, 1, 1);
      return `rgb(${data[0]}, ${data[1]}, ${data[2]})`;
    });

describe('the curves follow the theme of the editor', () => {
  const open = windows();
  const project = newProject();
  let window: Workbench;
  let curves: Curves;
  beforeAll(async () => {
    window = await open({ folder: project.folder });
    curves = new Curves(window.page);
    await runCommand(window.page, english.command('train'));
    await pick(window.page, 'xor');
    await window.tab('xor').waitFor();
    await curves.chart('loss').locator('canvas').waitFor();
  });

  test.each([
    ['Light Modern', 'light'],
    ['Dark High Contrast', 'high-contrast'],
    ['Light High Contrast', 'high-contrast-light'],
    ['Dark Modern', 'dark'],
  ])('%s', async (theme, kind) => {
    await runCommand(window.page, 'Preferences: Color Theme');
    await pick(window.page, theme);
    await expect.poll(() => curves.root.getAttribute('data-theme')).toBe(kind);
    const background = await window.page
      .locator('.part.editor')
      .evaluate(
        (part) => getComputedStyle(part.querySelector('.editor-container, .content') ?? part).backgroundColor,
      );
    expect(await corner(curves)).toBe(background);
  });
});
