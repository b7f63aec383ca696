import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Curves } from './driver/curves.ts';
import { languages } from './driver/language.ts';
import { answer, openFile, pick, pickAll, runCommand } from './driver/palette.ts';
import { newProject, windows } from './driver/windows.ts';
import type { Workbench } from './driver/workbench.ts';

/** MNIST where its files are, else digits that are drawn. */
const images = existsSync(join(process.env.KINDLING_DATA_DIR ?? '', 'mnist', 'train-images-idx3-ubyte.gz'))
  ? 'mnist'
  : 'digits';

describe.each(languages)('training, in %s', (language) => {
  const open = windows();
  const project = newProject();
  let window: Workbench;
  let curves: Curves;
  const run = (command: string): Promise<void> => runCommand(window.page, language.command(command));
  const runRow = (name: string) => window.rows(language.view('runs')).filter({ hasText: name });
  const lines = (name: string): string => `${name} ${language.page.train}`;
  const lastStep = (): Promise<number> => curves.lastStep('loss');
  /** The curve grows from here. */
  const grows = async (): Promise<void> => {
    const before = await lastStep();
    await expect.poll(lastStep).toBeGreaterThan(before);
  };

  beforeAll(async () => {
    window = await open({ folder: project.folder, locale: language.locale });
    curves = new Curves(window.page);
  });

  test('XOR is trained from the palette: its curves open, and its end is told', async () => {
    await run('train');
    await pick(window.page, 'xor');
    await window.tab('xor').waitFor();
    await expect.poll(() => curves.summary('loss')).toContain(lines('xor'));
    await expect.poll(lastStep).toBe(10_000);
    await expect.poll(() => window.notifications()).toContain(language.text('{0} is trained.', 'xor'));
  });

  test(`the curve of ${images} grows; it is stopped, and goes on where it was`, async () => {
    await window.icon.click();
    await run('trainWithOverrides');
    await pick(window.page, images);
    await answer(window.page, 'name=long epochs=500');
    await window.tab('long').waitFor();
    await expect.poll(() => curves.summary('loss')).toContain(lines('long'));
    await grows();
    await runRow('long').filter({ hasText: '%' }).waitFor();

    await run('stop');
    await pick(window.page, 'long');
    await runRow('long')
      .filter({ hasText: language.text('stopped') })
      .waitFor();
    const stopped = await lastStep();

    await run('resume');
    await pick(window.page, 'long');
    await runRow('long')
      .filter({ hasNotText: language.text('stopped') })
      .waitFor();
    await expect.poll(lastStep).toBeGreaterThan(stopped);
    await run('stop');
    await pick(window.page, 'long');
    await runRow('long')
      .filter({ hasText: language.text('stopped') })
      .waitFor();
  });

  test('two runs are compared in one panel', async () => {
    await run('compareRuns');
    await pickAll(window.page, ['xor', 'long']);
    await window.tab(/xor.*long|long.*xor/).waitFor();
    await expect.poll(() => curves.summary('loss')).toContain(lines('xor'));
    await expect.poll(() => curves.summary('loss')).toContain(lines('long'));
  });

  test('a panel that was hidden shows the same again', async () => {
    const axis = curves.frame.getByLabel(language.page.xAxis);
    await axis.selectOption('epoch');
    await openFile(window.page, 'README.md');
    await expect.poll(() => curves.root.count()).toBe(0);
    await window.tab(/xor.*long|long.*xor/).click();
    await expect.poll(() => curves.summary('loss')).toContain(lines('long'));
    expect(await axis.inputValue()).toBe('epoch');
  });

  test('a window that was loaded anew has its panel with the same runs', async () => {
    await window.reload();
    await window.tab(/xor.*long|long.*xor/).click();
    await expect.poll(() => curves.summary('loss')).toContain(lines('long'));
    expect(await curves.summary('loss')).toContain(lines('xor'));
    expect(await curves.frame.getByLabel(language.page.xAxis).inputValue()).toBe('epoch');
  });
});
