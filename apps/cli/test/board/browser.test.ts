import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRun } from '@kindling/train';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { newFolder } from '../process/kindling.ts';
import { Board } from './board-client.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));

test.skipIf(executablePath === undefined)(
  'in a browser the page shows a run, and its policy forbids nothing that it does',
  async () => {
    const cwd = await newFolder();
    const run = await createRun({ name: 'gan', dir: join(cwd, 'runs'), config: { lr: 2e-4 } });
    for (let step = 0; step < 5; step++) run.log(step, { loss: 1 / (step + 1) });
    run.flush();
    await using board = await Board.open(['--allow-actions'], cwd);
    const browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(100_000);
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => problems.push(message.text()));
      page.on('response', (response) => {
        if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
      });
      await page.goto(board.url.href);
      await page.getByText('gan', { exact: true }).first().waitFor();
      await page.locator('canvas').first().waitFor();
      // The address works again, and without its token not at all.
      await page.reload();
      await page.locator('canvas').first().waitFor();
      expect(problems).toEqual([]);
      expect((await page.goto(board.url.origin))?.status()).toBe(401);
    } finally {
      await browser.close();
      run.finish();
    }
  },
);
