import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launch, type OpenOptions, open } from '../browser.ts';
import type { GeneratedRun } from '../generated-runs.ts';
import { TestHost } from '../host.ts';

export interface OpenPage {
  readonly page: Page;
  readonly host: TestHost;
}

/** Opens pages of hosts of generated runs. What a page complains about or asks for elsewhere fails its test. */
export function pageFixture() {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  return async function withPage(
    runs: readonly GeneratedRun[],
    selected: readonly string[],
    body: (opened: OpenPage) => Promise<void>,
    options: OpenOptions = {},
  ): Promise<void> {
    const host = await TestHost.start(runs, selected);
    const { page, problems } = await open(browser, host.url, options);
    try {
      await page.getByRole('tablist').waitFor();
      await body({ page, host });
      expect(problems).toEqual([]);
    } finally {
      await page.context().close();
      await host.close();
    }
  };
}

/** What the panel of a metric says about itself, for who does not see it. */
export const summaryOf = (page: Page, panel: string) =>
  page.getByRole('region', { name: panel, exact: true }).locator('p.visually-hidden');

/**
 * Moves the pointer to a share of the inside of a panel's plot, about, until values are shown there: a panel
 * takes no notice of a pointer before its first curves are drawn, and the layout moves while they come.
 */
export async function hover(page: Page, panel: string, x: number, y: number): Promise<void> {
  const region = page.getByRole('region', { name: panel, exact: true });
  await expect
    .poll(async () => {
      const box = await region.locator('.plot').boundingBox();
      await page.mouse.move(box!.x + x * box!.width, box!.y + y * box!.height);
      return region.locator('.tooltip .place').count();
    })
    .toBe(1);
}
