import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { executablePath, writeProgram } from '../browser.ts';
import { pageFixture } from './page-fixture.ts';

const status = (page: Page) => page.locator('.status').textContent();

async function violations(page: Page) {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.map(({ id, nodes }) => [
    id,
    nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
  ]);
}

describe.skipIf(!executablePath)('the page in Chromium', () => {
  const withPage = pageFixture();

  test('the first load is less than a megabyte, and so little more is kept for later', () =>
    withPage(
      async ({ page, server, problems }) => {
        await expect.poll(() => status(page)).toMatch(/^Ready · wasm/);
        expect(problems.splice(0)).toEqual([expect.stringContaining('Service Worker registration blocked')]);
        expect(server.sent).toBeLessThan(900_000);
        expect(await server.size()).toBeLessThan(1_900_000);
      },
      { isKept: false },
    ));

  test('works without a network after the first load', () =>
    withPage(async ({ page, context, problems }) => {
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await context.setOffline(true);
      await page.reload();
      await page.getByRole('textbox').waitFor();
      await page.getByLabel('Program', { exact: true }).selectOption('xor');
      await page.getByRole('button', { name: 'Run' }).click();
      await expect.poll(() => status(page)).toMatch(/^Finished/);
      const loss = page.frameLocator('#dashboard').getByRole('region', { name: 'loss', exact: true });
      await loss.locator('canvas').first().waitFor();
      await context.setOffline(false);
      expect(problems).toEqual([]);
    }));

  test('Korean by the language of the browser, English by choice, in the dashboard too', () =>
    withPage(
      async ({ page }) => {
        await page.getByRole('button', { name: '실행' }).waitFor();
        expect(await page.locator('html').getAttribute('lang')).toBe('ko');
        await page.getByLabel('프로그램', { exact: true }).selectOption('xor');
        await page.getByRole('button', { name: '실행' }).click();
        const dashboard = page.frameLocator('#dashboard');
        await expect.poll(() => dashboard.getByRole('tab').first().textContent()).toBe('학습 곡선');
        await page.getByLabel('언어').selectOption('en');
        await page.getByRole('button', { name: /^(?:Run|Stop)$/ }).waitFor();
        await expect.poll(() => dashboard.getByRole('tab').first().textContent()).toBe('Curves');
        await dashboard
          .getByRole('region', { name: 'loss', exact: true })
          .locator('canvas')
          .first()
          .waitFor();
        await page.reload();
        await page.getByRole('button', { name: 'Run' }).waitFor();
      },
      { locale: 'ko-KR' },
    ));

  test.each(['light', 'dark'] as const)('axe finds nothing, %s', (theme) =>
    withPage(
      async ({ page }) => {
        expect(await violations(page)).toEqual([]);
        await writeProgram(
          page,
          "import { onDrawing } from '@kindling/playground';\nimport { createRun } from '@kindling/train';\nconst run = await createRun({ name: 'a' });\nrun.log(0, { loss: 1 });\nrun.log(1, { loss: 0.5 });\nrun.finish();\nonDrawing(() => [0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);\nconsole.warn('careful');\nthrow new Error('end');",
        );
        await page.getByRole('button', { name: 'Run' }).click();
        await expect.poll(() => status(page)).toBe('Failed');
        await page.locator('.pad canvas').click();
        await expect.poll(() => page.locator('.scores .result').textContent()).toBe('It looks like 1');
        await page.frameLocator('#dashboard').locator('canvas').first().waitFor();
        expect(await violations(page)).toEqual([]);
      },
      { theme },
    ),
  );

  test('axe finds nothing on a narrow screen, and nothing is wider than it', () =>
    withPage(
      async ({ page }) => {
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      },
      { width: 390, height: 800 },
    ));

  test('names are completed from the packages, imported, and explained', () =>
    withPage(async ({ page }) => {
      await writeProgram(page, "import { nn } from '@kindling/core';\nconst layer = nn.");
      await page.keyboard.type('Lin');
      const list = page.getByRole('listbox');
      await expect.poll(() => list.textContent()).toContain('Linear(inFeatures: number');
      await expect.poll(() => page.locator('.cm-api').textContent()).toContain('x·Wᵀ + b');
      await list.getByRole('option', { name: /^Linear\(/ }).click();
      await page.keyboard.type('(2, 1);\nmanualS');
      await list.getByRole('option', { name: /^manualSeed/ }).click();
      const text = () => page.getByRole('textbox').textContent();
      await expect.poll(text).toContain("import { nn, manualSeed } from '@kindling/core';");
      await expect.poll(text).toContain('nn.Linear(2, 1);');
    }));

  test('the keyboard alone: into the editor, out of it, and to the program', () =>
    withPage(async ({ page }) => {
      const focused = () =>
        page.evaluate(() => {
          let { activeElement } = document;
          while (activeElement?.shadowRoot?.activeElement) ({ activeElement } = activeElement.shadowRoot);
          return activeElement?.getAttribute('role') ?? activeElement?.textContent;
        });
      for (let i = 0; i < 12 && (await focused()) !== 'textbox'; i++) await page.keyboard.press('Tab');
      expect(await focused()).toBe('textbox');
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('textbox');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Tab');
      expect(await focused()).not.toBe('textbox');
    }));

  test('a program goes through a link, and is not run by itself', () =>
    withPage(async ({ page, server, context }) => {
      await writeProgram(page, "console.log('shared');");
      await page.getByRole('button', { name: 'Share' }).click();
      await expect.poll(() => page.url()).toContain('#program=');
      const other = await context.newPage();
      await other.goto(server.url + new URL(page.url()).hash);
      await expect.poll(() => other.getByRole('textbox').textContent()).toBe("console.log('shared');");
      await expect.poll(() => other.locator('.about').textContent()).toContain('Read it before you run it');
      expect(await other.locator('.message').count()).toBe(0);
      await other.getByRole('button', { name: 'Run' }).click();
      await expect.poll(() => other.getByRole('log').textContent()).toBe('shared');
    }));

  test('a program can neither send elsewhere nor make code from text, and its document is not the page’s', () =>
    withPage(async ({ page, problems }) => {
      await writeProgram(
        page,
        "const tried = async (name: string, f: () => unknown) => console.log(name, await Promise.resolve().then(f).then(() => 'done', (e) => e.name));\nawait tried('eval', () => eval('1'));\nawait tried('Function', () => new Function('return 1')());\nawait tried('fetch', () => fetch('https://example.com/'));\nawait tried('import', () => import(/* a computed name */ 'https://example.com/x.js'.slice(0)));\nconsole.log(typeof document, typeof localStorage);",
      );
      await page.getByRole('button', { name: 'Run' }).click();
      await expect
        .poll(() => page.getByRole('log').textContent())
        .toBe('eval EvalErrorFunction EvalErrorfetch TypeErrorimport TypeErrorundefined undefined');
      problems.length = 0;
    }));
});
