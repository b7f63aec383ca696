// Measures what docs/dashboard.md says of the extension: npm run test:vscode -- --figures.
import { mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createRun } from '@kindling/train';
import type { Page } from 'playwright-core';
import { launchBrowser } from './driver/browser.ts';
import { CodeServer, vsix } from './driver/code-server.ts';
import { Curves } from './driver/curves.ts';
import { pick, runCommand } from './driver/palette.ts';
import { Project } from './driver/project.ts';
import { Workbench } from './driver/workbench.ts';

const RUNS = 50;
const STEPS = 2000;

const say = (what: string, value: string): void => {
  process.stdout.write(`${what}: ${value}\n`);
};

/** Bytes of the heap of a window and its webviews, which share one. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function writeRuns(dir: string): Promise<void> {
  mkdirSync(dir, { recursive: true });
  for (let i = 0; i < RUNS; i++) {
    const run = await createRun({ name: `run-${i}`, dir, config: { lr: 0.1 / (i + 1) } });
    for (let step = 0; step < STEPS; step++)
      run.log(step, { loss: Math.exp(-step / (200 + i)), score: step / STEPS });
    run.finish();
  }
}

const server = await CodeServer.start();
const browser = await launchBrowser();
try {
  say('packed extension', `${Math.round(statSync(vsix).size / 1000)} kB`);
  const project = new Project(mkdtempSync(join(server.folder, 'project-')));
  const first = await Workbench.open(browser, server, { folder: project.folder });
  await first.icon.click();
  await first.rows('Devices').filter({ hasText: 'cpu' }).waitFor();
  await runCommand(first.page, 'Developer: Show Running Extensions');
  const activation = first.page
    .locator('.runtime-extensions-editor .monaco-list-row')
    .filter({ hasText: 'Kindling' })
    .locator('.activation-time');
  say('activation', (await activation.textContent()) ?? 'not known');

  for (const name of ['first panel of a window', 'another panel']) {
    await runCommand(first.page, 'Kindling: Train Experiment…');
    const begun = performance.now();
    await pick(first.page, 'xor');
    const title = name === 'another panel' ? 'xor-2' : 'xor';
    await first.tab(new RegExp(`^${title}`)).waitFor();
    const curves = new Curves(first.page);
    await until(async () => (await curves.summary('loss')).includes('last'));
    say(
      `from the command to the first curve, ${name}`,
      `${((performance.now() - begun) / 1000).toFixed(1)} s`,
    );
  }
  await first.close();

  const many = new Project(mkdtempSync(join(server.folder, 'project-')));
  await writeRuns(many.path('runs'));
  const window = await Workbench.open(browser, server, { folder: many.folder });
  await window.icon.click();
  await window.rows('Runs').first().waitFor();
  const before = await heapOf(window.page);
  await runCommand(window.page, 'Kindling: Open Training Curves');
  const curves = new Curves(window.page);
  await curves.frame.getByRole('button', { name: 'Show all' }).click();
  await until(async () => (await curves.summary('loss')).includes(`${RUNS - 6} more`));
  const after = await heapOf(window.page);
  say(
    `heap of the page with ${RUNS} runs of ${STEPS} steps`,
    `${Math.round((after - before) / 2 ** 20)} MiB`,
  );
} finally {
  await browser.close();
  await server.stop();
}
