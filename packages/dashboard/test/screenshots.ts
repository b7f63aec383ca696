// Pictures of every view of the page in every theme: `npx tsx --conditions=@kindling/source test/screenshots.ts FOLDER [THEME …]`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, open, type ThemeChoice, themeChoices } from './browser.ts';
import { TestHost } from './host.ts';
import { picturedRuns } from './screenshots/pictured-runs.ts';

const [folder = 'screenshots', ...named] = process.argv.slice(2);
const themes = named.length > 0 ? (named as ThemeChoice[]) : themeChoices;
const several = ['digits-adam', 'digits-slow', 'digits-wide', 'digits-diverged', 'own-loop-resumed'];

await mkdir(folder, { recursive: true });
const browser = await launch();
try {
  for (const theme of themes) {
    for (const [name, selected, locale] of [
      ['one', ['digits-adam'], 'en-US'],
      ['korean', ['digits-adam'], 'ko-KR'],
      ['several', several, 'en-US'],
    ] as const) {
      const host = await TestHost.start(picturedRuns, selected);
      const { page, problems } = await open(browser, host.url, { theme, locale });
      const shot = async (view: string) => {
        await page.waitForTimeout(400);
        await page.screenshot({ path: join(folder, `${theme}-${name}-${view}.png`) });
      };
      await page.locator('.panel canvas').first().waitFor();
      await shot('curves');
      const plot = page.locator('.plot').first();
      const box = (await plot.boundingBox())!;
      await page.getByRole('slider').first().fill('60');
      await page.mouse.move(box.x + 0.3 * box.width, box.y + 0.6 * box.height);
      await shot('tooltip');
      if (name === 'several') {
        for (const axis of ['epoch', 'relative', 'wall'] as const) {
          await page.locator('.curves select').first().selectOption(axis);
          await shot(`axis-${axis}`);
        }
        await page.locator('.curves select').first().selectOption('step');
        await page.locator('.panel header button.small').first().click();
        await page.locator('.curves input[type=checkbox]').first().check();
        await shot('logarithmic');
        await page.locator('.run.shown .pin').nth(1).click();
        await shot('pinned');
        await page.locator('#tab-runs').click();
        await page.locator('.runs-view select').first().selectOption('optimizer.lr');
        await shot('grouped');
      }
      for (const tab of await page.getByRole('tab').all()) {
        const view = (await tab.getAttribute('id'))!.slice(4);
        if (view === 'curves' || (name === 'several' && view !== 'runs')) continue;
        await tab.click();
        await shot(view);
      }
      if (problems.length > 0) process.stderr.write(`${theme} ${name}: ${problems.join('\n')}\n`);
      await page.context().close();
      await host.close();
    }
  }
} finally {
  await browser.close();
}
