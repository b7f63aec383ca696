import type { FrameLocator, Locator, Page } from 'playwright-core';
import { extensionId } from './code-server.ts';

/** The page with the curves in the panel that is in front. */
export class Curves {
  readonly frame: FrameLocator;

  constructor(page: Page) {
    this.frame = page
      .frameLocator(`iframe.webview.ready[src*="extensionId=${extensionId}"]:visible`)
      .frameLocator('iframe#active-frame');
  }

  get root(): Locator {
    return this.frame.locator('html');
  }

  /** The chart of a metric. */
  chart(name: string): Locator {
    return this.frame.getByRole('region', { name, exact: true });
  }

  /** What the chart of a metric says in words. */
  async summary(name: string): Promise<string> {
    return (await this.chart(name).locator('p.visually-hidden').textContent()) ?? '';
  }

  /** The x value at the right end of a chart, as the chart tells by its cursor: `step 120`. */
  async lastPlace(name: string): Promise<string> {
    const chart = this.chart(name);
    await chart.locator('.plot').focus();
    await chart.locator('.plot').press('End');
    return (await chart.locator('.tooltip .place').textContent()) ?? '';
  }

  /** The last step of a chart. */
  async lastStep(name: string): Promise<number> {
    return Number(/\d+/.exec(await this.lastPlace(name))?.[0] ?? -1);
  }

  /** The checkboxes of runs that are shown, by their names. */
  get shownRuns(): Locator {
    return this.frame.locator('.sidebar li.run.shown .name');
  }
}
