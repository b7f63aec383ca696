import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, onTestFailed } from 'vitest';
import { launchBrowser } from './browser.ts';
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
  afterAll(async () => {
    const complaints = opened.flatMap((workbench) => workbench.complaints.all);
    await browser?.close();
    expect(complaints).toEqual([]);
  });
  return async (options, server = inject('server')) => {
    const workbench = await Workbench.open(browser, server, options);
    opened.push(workbench);
    return workbench;
  };
}

/** Leaves a picture of a window whose story fails where `KINDLING_PICTURES` says. */
export function pictureOnFailure({ page }: Workbench): void {
  const folder = process.env.KINDLING_PICTURES;
  if (folder === undefined) return;
  onTestFailed(async ({ task }) => {
    await page.screenshot({ path: `${folder}/${task.name.replaceAll(/\W+/g, '-')}.png` });
  });
}
