// Chromium for the tests of pages: where it is, how it is started, and what a page shows.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** The browser that is named, or the system's; undefined where there is none. */
export function findBrowser(named) {
  if (named !== undefined) return named;
  const places = ['/usr/bin/chromium', '/usr/bin/google-chrome'];
  return places.find((path) => existsSync(path));
}

export const launchBrowser = (executablePath) =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });

/**
 * What a page writes into its `output`, as JSON. `respond` answers a path with a response of Playwright's; anything else is empty.
 * Fails with what the page reports: errors, failed promises, lines on the console.
 */
export async function shownBy(browser, respond) {
  const page = await browser.newPage();
  try {
    const problems = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => problems.push(message.text()));
    await page.route('**', (route) =>
      route.fulfill(respond(new URL(route.request().url()).pathname) ?? { status: 204 }),
    );
    await page.goto('http://localhost/');
    const shown = page.locator('output:not(:empty)');
    await shown.waitFor({ state: 'attached', timeout: 300_000 }).catch((error) => {
      throw new Error(`expected the page to show its numbers, got ${problems.join('; ') || error.message}`);
    });
    assert.deepEqual(problems, []);
    return JSON.parse(await shown.textContent());
  } finally {
    await page.close();
  }
}
