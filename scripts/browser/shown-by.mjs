// A page that shows what it computed.
import assert from 'node:assert/strict';

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
