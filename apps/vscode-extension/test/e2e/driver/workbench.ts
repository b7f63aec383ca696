import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { CodeServer } from './code-server.ts';
import { PageProblems } from './page-problems.ts';
import { runCommand } from './palette.ts';

export interface WindowOptions {
  /** The folder that is open. */
  readonly folder: string;
  /** Language of the browser, which the editor takes over. Default: `en-US`. */
  readonly locale?: string;
  readonly width?: number;
  readonly height?: number;
  /** What the workbench is started with, such as what an extension host is to run. */
  readonly payload?: readonly (readonly [string, string])[];
}

/** A window of the editor, in a browser of its own. */
export class Workbench {
  readonly page: Page;
  readonly pageProblems: PageProblems;
  readonly #context: BrowserContext;

  private constructor(page: Page, problems: PageProblems, context: BrowserContext) {
    this.page = page;
    this.pageProblems = problems;
    this.#context = context;
  }

  static async open(
    browser: Browser,
    server: CodeServerAddress,
    { folder, locale = 'en-US', width = 1280, height = 800, payload = [] }: WindowOptions,
  ): Promise<Workbench> {
    const context = await browser.newContext({
      viewport: { width, height },
      locale,
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(90_000);
    const problems = PageProblems.listen(context, server.url);
    const page = await context.newPage();
    // An extension host that runs tests reports through these.
    await page.exposeFunction('codeAutomationLog', () => {});
    await page.exposeFunction('codeAutomationExit', () => {});
    const query = new URLSearchParams({
      folder,
      ...(payload.length === 0 ? {} : { payload: JSON.stringify(payload) }),
    });
    const workbench = new Workbench(page, problems, context);
    await page.goto(`${server.url}/?${query}`, { waitUntil: 'commit' });
    await workbench.#restored();
    return workbench;
  }

  /** Loads the window anew, by the command for it: it keeps which editors are open. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('domcontentloaded');
    await runCommand(this.page, 'Developer: Reload Window');
    await loaded;
    await this.#restored();
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  /** The icon in the activity bar: there when the extension is known. */
  get icon(): Locator {
    return this.page.locator('.activitybar .action-label[aria-label="Kindling"]');
  }

  /** A view of the side bar, by its title. */
  pane(view: string): Locator {
    return this.page
      .locator('.pane')
      .filter({ has: this.page.locator('.pane-header').filter({ hasText: view }) });
  }

  /** The rows of a view. */
  rows(view: string): Locator {
    return this.pane(view).locator('.monaco-list-row');
  }

  /** What notifications say. They are in the notification centre alone. */
  async notifications(): Promise<readonly string[]> {
    const center = this.page.locator('.notifications-center.visible');
    if ((await center.count()) === 0) {
      await this.page.locator('.statusbar-item[id="status.notifications"] a').click();
      await center.waitFor();
    }
    return center.locator('.notification-list-item-message').allTextContents();
  }

  /** What the panel Problems lists. */
  async problems(): Promise<string> {
    const panel = this.page.locator('.markers-panel');
    if ((await panel.count()) === 0) {
      await this.page.locator('.statusbar-item[id="status.problems"] a').click();
      await panel.waitFor();
    }
    return (await panel.locator('.monaco-list-row').allTextContents()).join('\n');
  }

  /** The tab of an editor. */
  tab(title: string | RegExp): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: title });
  }

  async #restored(): Promise<void> {
    const { page } = this;
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 120_000 });
    await page.waitForFunction(() => 'driver' in globalThis, null, { timeout: 120_000 });
    await page.evaluate(() =>
      (
        globalThis as unknown as { driver: { whenWorkbenchRestored(): Promise<void> } }
      ).driver.whenWorkbenchRestored(),
    );
    // Extensions are known later than the workbench is restored.
    await this.icon.waitFor({ timeout: 120_000 });
  }
}

export type CodeServerAddress = Pick<CodeServer, 'url'>;
