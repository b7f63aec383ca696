import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launch, type OpenOptions, type OpenPage, open } from '../browser.ts';
import { PageServer } from '../page-server.ts';

/** Opens the page as it is built, from a server of files. Errors, warnings and requests elsewhere fail its test. */
export function pageFixture() {
  let browser: Browser;
  let server: PageServer;
  beforeAll(async () => {
    browser = await launch();
    server = await PageServer.start();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  return async function withPage(
    body: (opened: OpenPage & { readonly server: PageServer }) => Promise<void>,
    options: OpenOptions = {},
  ): Promise<void> {
    const opened = await open(browser, server.url, options);
    try {
      await opened.page.getByRole('textbox').waitFor();
      await body({ ...opened, server });
      expect(opened.problems).toEqual([]);
    } finally {
      await opened.context.close();
    }
  };
}
