// npm run docs:playground: draws docs/images/playground-*.png again. A folder as its argument gets further pictures: Korean, narrow.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { draw, launch, type OpenOptions, open, three } from './browser.ts';
import { PageServer } from './page-server.ts';

const images = join(import.meta.dirname, '..', '..', '..', 'docs', 'images');
const [further] = process.argv.slice(2);

const run = (page: Page) => page.locator('button.primary').click();
const finished = (page: Page) => page.locator('.status.finished').waitFor({ timeout: 300_000 });

/** A digit program that has trained, with a 3 drawn. */
async function pictureDigits(
  browser: Browser,
  url: string,
  path: string,
  options: OpenOptions,
): Promise<void> {
  const { page, context } = await open(browser, url, { width: 1280, height: 860, ...options });
  await page.getByRole('textbox').waitFor();
  await run(page);
  await finished(page);
  await page.locator('.pad').scrollIntoViewIfNeeded();
  await draw(page, three);
  await page.locator('.scores li.best').waitFor();
  const dashboard = page.frameLocator('#dashboard');
  await dashboard.locator('.panel canvas').first().waitFor();
  await dashboard
    .locator('p.visually-hidden')
    .filter({ hasText: 'digits' })
    .first()
    .waitFor({ state: 'attached' });
  // The newest points are drawn in the next frames.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  await page.mouse.move(5, 5);
  await page.screenshot({ path, fullPage: options.width !== undefined });
  await context.close();
}

/** XOR in Korean: its plane, and a mistake with its line. */
async function pictureXor(browser: Browser, url: string, folder: string): Promise<void> {
  const { page, context } = await open(browser, url, { width: 1280, height: 860, locale: 'ko-KR' });
  await page.locator('select.program').selectOption('xor');
  await run(page);
  await finished(page);
  await page.frameLocator('#dashboard').getByRole('tab', { name: '결정 경계' }).click();
  await page.frameLocator('#dashboard').locator('.chart canvas').first().waitFor();
  await page.screenshot({ path: join(folder, 'xor-korean.png') });
  await page.getByRole('textbox').click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.insertText('\nconst wide = tensor([1, 2]).matmul(tensor([1, 2, 3]));\nx.mat');
  await page.locator('.cm-api').waitFor();
  await page.screenshot({ path: join(folder, 'completion-korean.png') });
  await page.keyboard.press('Escape');
  for (let i = 0; i < 6; i++) await page.keyboard.press('Backspace');
  await run(page);
  await page.locator('.status.failed').waitFor();
  await page.screenshot({ path: join(folder, 'mistake-korean.png') });
  await context.close();
}

const server = await PageServer.start();
const browser = await launch();
try {
  for (const theme of ['light', 'dark'] as const) {
    await pictureDigits(browser, server.url, join(images, `playground-${theme}.png`), { theme });
  }
  if (further !== undefined) {
    mkdirSync(further, { recursive: true });
    await pictureDigits(browser, server.url, join(further, 'narrow.png'), { width: 390, height: 844 });
    await pictureDigits(browser, server.url, join(further, 'narrow-dark-korean.png'), {
      width: 390,
      height: 844,
      theme: 'dark',
      locale: 'ko-KR',
    });
    await pictureXor(browser, server.url, further);
  }
} finally {
  await browser.close();
  await server.close();
}
