import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { kindling } from '../process/in-process.ts';
import { newFolder } from '../process/kindling.ts';
import { Board, fetchText } from './board-client.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));

test('serves the files of the page, and nothing else', async () => {
  await using playground = await Board.open(['--playground'], await newFolder());
  const { origin, href } = playground.url;
  expect(href).toBe(`${origin}/playground/`);
  const page = await fetchText(href);
  expect(page).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'x-content-type-options': 'nosniff' },
  });
  expect(page.text).toContain('<title>Kindling Playground</title>');
  for (const name of [
    'index.js',
    'index.css',
    'worker.js',
    'service-worker.js',
    'dashboard/index.html',
    'api.json',
  ]) {
    expect((await fetchText(href + name)).status, name).toBe(200);
  }
  expect(await fetchText(`${origin}/`)).toMatchObject({ status: 302, headers: { location: '/playground/' } });
  for (const path of [
    '/playground/../main.js',
    '/playground/%2e%2e/main.js',
    '/playground/none.js',
    '/main.js',
    '/playground/library',
  ]) {
    expect((await fetchText(origin + path)).status, path).toBe(404);
  }
  expect((await fetchText(href, { method: 'POST' })).status).toBe(405);
  expect((await fetchText(href, { headers: { host: 'elsewhere.example' } })).status).toBe(403);
});

test('takes no folder and allows no actions', async () => {
  const cwd = await newFolder();
  expect(await kindling(['board', 'runs', '--playground'], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('board --playground: expected no folder, got runs'),
  });
  expect(await kindling(['board', '--playground', '--allow-actions'], { cwd })).toMatchObject({ code: 2 });
});

test.skipIf(executablePath === undefined)('in a browser a program runs', async () => {
  await using playground = await Board.open(['--playground'], await newFolder());
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
    await page.goto(playground.url.href);
    await page.getByLabel('Program', { exact: true }).selectOption('xor');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByText('Finished after').waitFor();
    await page.frameLocator('#dashboard').locator('canvas').first().waitFor();
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
  }
});
