import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostMessage, PageMessage } from '../../src/protocol.ts';
import { executablePath, launch } from '../browser.ts';
import { generatedRun, snapshotOf } from '../generated-runs.ts';
import { TestHost } from '../host.ts';
import { policy } from '../page-server.ts';
import { summaryOf } from './page-fixture.ts';

test('the page is one script and one style sheet of less than 600 kB zipped', async () => {
  const [script, style] = await Promise.all(
    ['index.js', 'index.css'].map((name) =>
      readFile(join(import.meta.dirname, '../../dist/page', name), 'utf8'),
    ),
  );
  expect(gzipSync(script!).length + gzipSync(style!).length).toBeLessThan(600_000);
  expect(style).not.toMatch(/url\(|@import/);
});

interface Webview {
  posted: PageMessage[];
  acquireVsCodeApi(): object;
}

/** What a webview of VS Code has, as far as the page uses it; its state outlives the page. */
function installApi(): void {
  const webview = globalThis as unknown as Webview;
  webview.posted = [];
  webview.acquireVsCodeApi = () => ({
    postMessage: (message: PageMessage) => webview.posted.push(message),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null'),
    setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
}

const posted = (page: Page) => page.evaluate(() => (globalThis as unknown as Webview).posted);

describe.skipIf(!executablePath)('the page in a webview', () => {
  let browser: Browser;
  let host: TestHost;
  beforeAll(async () => {
    browser = await launch();
    host = await TestHost.start([]);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  const run = generatedRun({ id: 'digits', seed: 1, steps: 500, stepsPerEpoch: 100, lr: 0.02 });
  /** Objects as they are: columns stay typed arrays. */
  const send = async (page: Page, message: HostMessage) => {
    await page.evaluate((data) => postMessage(data, '*'), message);
  };
  const withColumns = async (page: Page) => {
    await page.evaluate(() => {
      const steps = Float64Array.from({ length: 500 }, (_, i) => i);
      const columns = {
        step: steps,
        epoch: steps.map(() => 0),
        time: steps,
        'metric:loss': steps.map((i) => 1 / (i + 1)),
      };
      postMessage({ type: 'progress', run: 'digits', steps: { from: 0, length: 500, columns } }, '*');
    });
  };

  test('speaks by messages, follows the theme of the editor, and finds its layout again', async () => {
    expect(policy).not.toContain('unsafe');
    const page = await (await browser.newContext({ colorScheme: 'light' })).newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.addInitScript(installApi);
    await page.goto(host.url);
    await expect.poll(() => posted(page)).toEqual([{ type: 'ready', version: 1 }]);
    expect(host.received).toEqual([]);
    await send(page, snapshotOf([run]));
    await expect.poll(async () => (await posted(page)).at(-1)).toEqual({ type: 'follow', runs: ['digits'] });
    await withColumns(page);
    await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('last 0.002');

    const theme = () => page.locator('html').getAttribute('data-theme');
    expect(await theme()).toBe('light');
    await page.evaluate(() => {
      document.documentElement.style.setProperty('--vscode-editor-background', '#101820');
      document.body.classList.add('vscode-dark');
    });
    await expect.poll(theme).toBe('dark');
    const corner = () =>
      page
        .locator('.plot canvas')
        .first()
        .evaluate((canvas) => {
          const pixel = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(2, 2, 1, 1).data;
          return [...pixel.slice(0, 3)];
        });
    await expect.poll(corner).toEqual([0x10, 0x18, 0x20]);
    await page.evaluate(() => {
      document.body.className = 'vscode-high-contrast vscode-high-contrast-light';
    });
    await expect.poll(theme).toBe('high-contrast-light');

    await page.getByLabel('x axis').selectOption('epoch');
    await page.reload();
    await expect.poll(async () => (await posted(page)).length).toBe(1);
    await send(page, snapshotOf([run]));
    await expect.poll(() => page.getByLabel('x axis').inputValue()).toBe('epoch');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test('reports what its policy forbids and what goes wrong, and keeps what its host wants back', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.addInitScript(installApi);
    await page.addInitScript(() => {
      // Before the script of the page runs, as a host's document has it.
      addEventListener(
        'readystatechange',
        () => {
          document.getElementById('app')!.dataset.host = 'file:///w/a';
        },
        { capture: true, once: true },
      );
    });
    await page.goto(host.url);
    await expect.poll(async () => (await posted(page)).length).toBe(1);
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.src = 'https://example.invalid/a.js';
      document.body.append(script);
      setTimeout(() => {
        throw new Error('a mistake');
      });
      void Promise.reject(new Error('an omission'));
    });
    const reports = async () =>
      (await posted(page)).flatMap((message) => (message.type === 'report' ? [message.problem] : []));
    await expect.poll(async () => (await reports()).length).toBe(3);
    const text = (await reports()).join('\n');
    expect(text).toMatch(/^policy script-src-elem forbids https:\/\/example\.invalid/m);
    expect(text).toMatch(/a mistake \(/);
    expect(text).toContain('unhandled rejection: Error: an omission');
    await send(page, snapshotOf([run]));
    const kept = () => page.evaluate(() => JSON.parse(sessionStorage.getItem('state') ?? 'null')?.host);
    await expect.poll(kept).toBe('file:///w/a');
    await page.context().close();
  });

  test('says what it cannot read', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.addInitScript(installApi);
    await page.goto(host.url);
    await expect.poll(async () => (await posted(page)).length).toBe(1);
    await page.evaluate(() => postMessage({ type: 'snapshot', version: 99 }, '*'));
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('message snapshot of the host');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(() => page.getByRole('alert').textContent()).toBe('');
    await page.context().close();
  });
});
