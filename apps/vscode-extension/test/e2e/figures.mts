// Measures what docs/dashboard.md says of the extension: npm run test:vscode -- --figures.
import { mkdirSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createRun } from '@kindling/train';
import type { Browser, Page } from 'playwright-core';
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

/** Memory of the processes that show pages, in MiB, shared pages by their share. */
async function pageMemory(browser: Browser, page: Page): Promise<number> {
  const onPage = await page.context().newCDPSession(page);
  await onPage.send('HeapProfiler.collectGarbage');
  await onPage.detach();
  const onBrowser = await browser.newBrowserCDPSession();
  const { processInfo } = await onBrowser.send('SystemInfo.getProcessInfo');
  await onBrowser.detach();
  return processInfo
    .filter(({ type }) => type === 'renderer')
    .map(
      ({ id }) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'))![1]) / 1024,
    )
    .reduce((sum, memory) => sum + memory, 0);
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
  say('activation', ((await activation.textContent()) ?? 'not known').replace('Activation: ', ''));

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
  const before = await pageMemory(browser, window.page);
  await runCommand(window.page, 'Kindling: Open Training Curves');
  const curves = new Curves(window.page);
  await curves.frame.getByRole('button', { name: 'Show all' }).click();
  await until(async () => (await curves.summary('loss')).includes(`${RUNS - 6} more`));
  const after = await pageMemory(browser, window.page);
  say(
    `heap of the page with ${RUNS} runs of ${STEPS} steps`,
    `${Math.round((after - before) / 2 ** 20)} MiB`,
  );
} finally {
  await browser.close();
  await server.stop();
}
