// The pictures of docs/dashboard.md and of the README: `npm run docs:dashboard`.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TabName, tabNames } from '../src/page/tabs/tab-name.ts';
import { launch, open, themeChoices } from './browser.ts';
import { TestHost } from './host.ts';
import { picturedRuns } from './screenshots/pictured-runs.ts';
import { quantizedPng } from './screenshots/quantized-png.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'images', 'dashboard');
const compared = ['digits-adam', 'digits-slow', 'digits-wide'];

/** Tabs of all runs, which show several. */
const ofAllRuns: readonly TabName[] = ['curves', 'runs'];

await mkdir(folder, { recursive: true });
const browser = await launch();
try {
  for (const theme of themeChoices) {
    for (const view of tabNames) {
      const host = await TestHost.start(picturedRuns, ofAllRuns.includes(view) ? compared : ['digits-adam']);
      const { page } = await open(browser, host.url, { theme, width: 1240, height: 760 });
      await page.locator('.panel canvas').first().waitFor();
      if (view === 'curves') {
        await page.getByRole('slider').first().fill('50');
        const box = (await page.locator('.plot').first().boundingBox())!;
        await page.waitForTimeout(500);
        await page.mouse.move(box.x + 0.35 * box.width, box.y + 0.5 * box.height);
      } else await page.locator(`#tab-${view}`).click();
      await page.waitForTimeout(800);
      const file = `${view}-${theme}.png`;
      const png = await quantizedPng(page);
      await writeFile(join(folder, file), png);
      process.stdout.write(`docs/images/dashboard/${file}: ${(png.length / 1024).toFixed(0)} kB\n`);
      await page.context().close();
      await host.close();
    }
  }
} finally {
  await browser.close();
}
