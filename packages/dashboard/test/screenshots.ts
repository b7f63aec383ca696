// Pictures of every view of the page in every theme: `npx tsx --conditions=@kindling/source test/screenshots.ts FOLDER [THEME …]`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, open, type ThemeChoice, themeChoices } from './browser.ts';
import { allSamples, divergedRun, generatedRun, resumedRun } from './generated-runs.ts';
import { TestHost } from './host.ts';

const [folder = 'screenshots', ...named] = process.argv.slice(2);
const themes = named.length > 0 ? (named as ThemeChoice[]) : themeChoices;

const runs = [
  generatedRun({
    id: 'digits-adam',
    seed: 1,
    steps: 3000,
    stepsPerEpoch: 200,
    lr: 0.02,
    samples: allSamples(1),
    tags: ['baseline'],
    note: 'The run that the others are compared with.',
  }),
  generatedRun({ id: 'digits-slow', seed: 2, steps: 2400, stepsPerEpoch: 200, lr: 0.005, tags: ['sweep'] }),
  generatedRun({
    id: 'digits-wide',
    seed: 3,
    steps: 1800,
    stepsPerEpoch: 200,
    lr: 0.02,
    state: 'running',
    hidden: 256,
  }),
  divergedRun('digits-diverged'),
  resumedRun('own-loop-resumed'),
  generatedRun({ id: 'digits-failed', seed: 8, steps: 120, stepsPerEpoch: 200, lr: 0.01, state: 'failed' }),
];

await mkdir(folder, { recursive: true });
const browser = await launch();
try {
  for (const theme of themes) {
    for (const [name, selected] of [
      ['one', ['digits-adam']],
      ['several', ['digits-adam', 'digits-slow', 'digits-wide', 'digits-diverged', 'own-loop-resumed']],
    ] as const) {
      const host = await TestHost.start(runs, selected);
      const { page, problems } = await open(browser, host.url, { theme });
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
