import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { launchBrowser } from './browser.ts';
import { Project } from './project.ts';
import { type WindowOptions, Workbench } from './workbench.ts';

/**
 * Opens windows for the stories of a file. They are closed after the last one; what their pages complained about until then fails the
 * file.
 */
export function windows(): (options: WindowOptions, server?: { readonly url: string }) => Promise<Workbench> {
  let browser: Browser;
  const opened: Workbench[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  // Pictures of windows whose story has failed, where KINDLING_PICTURES says.
  afterEach(async ({ task }) => {
    const folder = process.env.KINDLING_PICTURES;
    if (folder === undefined || task.result?.state !== 'fail') return;
    for (const [i, { page }] of opened.entries()) {
      if (page.isClosed()) continue;
      await page.screenshot({ path: join(folder, `${task.name.replaceAll(/[^\w가-힣]+/g, '-')}-${i}.png`) });
    }
  });
  afterAll(async () => {
    const problems = opened.flatMap((workbench) => workbench.pageProblems.all);
    await browser?.close();
    expect(problems).toEqual([]);
  });
  return async (options, server = inject('server')) => {
    const workbench = await Workbench.open(browser, server, options);
    opened.push(workbench);
    return workbench;
  };
}

/** A new folder for a story. It is removed with the server's, when nothing that a window has started is left. */
export const newProject = (files?: Readonly<Record<string, string>>): Project =>
  new Project(mkdtempSync(join(inject('server').folder, 'project-')), files);
