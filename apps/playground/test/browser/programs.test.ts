import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { draw, executablePath, three, writeProgram } from '../browser.ts';
import { pageFixture } from './page-fixture.ts';

const status = (page: Page) => page.locator('.status').textContent();
const output = (page: Page) => page.getByRole('log').textContent();
const run = (page: Page) => page.getByRole('button', { name: 'Run' }).click();
const choose = (page: Page, program: string) =>
  page.getByLabel('Program', { exact: true }).selectOption(program);

/** Where the real data sets are, which are not the project's to publish. */
const dataDir = process.env.KINDLING_DATA_DIR ?? '';

describe.skipIf(!executablePath)('programs in Chromium', () => {
  const withPage = pageFixture();

  test('a program is edited, run, kept and taken back', () =>
    withPage(async ({ page }) => {
      await choose(page, 'autograd');
      await expect.poll(() => status(page)).toMatch(/^Ready · /);
      await run(page);
      await expect.poll(() => output(page)).toBe('dy/dx = 5.75dz/dx = 14dz/da = 64dz/db = 33');
      await expect.poll(() => status(page)).toMatch(/^Finished after \d/);
      await writeProgram(
        page,
        "import { tensor } from '@kindling/core';\nconst x: number[] = [1, 2];\nconsole.log(tensor(x));\nconsole.warn({ x });",
      );
      await page.keyboard.press('Control+Enter');
      await expect.poll(() => output(page)).toBe('tensor([1., 2.]){ x: [ 1, 2 ] }');
      await choose(page, 'xor-by-hand');
      await choose(page, 'autograd');
      await expect.poll(() => page.getByRole('textbox').textContent()).toContain('const x: number[]');
      await page.reload();
      await expect.poll(() => page.getByRole('textbox').textContent()).toContain('const x: number[]');
      await page.getByRole('button', { name: 'Reset' }).click();
      await expect.poll(() => page.getByRole('textbox').textContent()).toContain('Automatic differentiation');
      expect(await page.getByRole('button', { name: 'Reset' }).isDisabled()).toBe(true);
    }));

  test('XOR trains with the numbers of PyTorch, and its curve and its plane are drawn', () =>
    withPage(async ({ page }) => {
      await choose(page, 'xor');
      await run(page);
      const dashboard = page.frameLocator('#dashboard');
      await dashboard.getByRole('region', { name: 'loss', exact: true }).locator('canvas').first().waitFor();
      await expect.poll(() => status(page)).toMatch(/^Finished/);
      expect(await output(page)).toMatch(/^0 0\.7434073.*10000 0\.0012345.*accuracy {3}1$/s);
      const summary = dashboard
        .getByRole('region', { name: 'loss', exact: true })
        .locator('p.visually-hidden');
      await expect.poll(() => summary.textContent()).toContain('xor train: last 0.0012345');
      await dashboard.getByRole('tab', { name: 'Decision boundary' }).click();
      await dashboard.getByRole('figure').or(dashboard.locator('figcaption')).first().waitFor();
      await run(page);
      await expect.poll(() => status(page)).toMatch(/^Finished/);
      await dashboard.getByRole('tab', { name: 'Curves' }).click();
      await expect.poll(() => summary.textContent()).toMatch(/xor-2 train: last 0\.0012345/);
    }));

  test('an endless loop is stopped, and the next program runs', () =>
    withPage(async ({ page }) => {
      await writeProgram(page, "console.log('begun');\nfor (;;);");
      await run(page);
      await expect.poll(() => output(page)).toBe('begun');
      await page.getByRole('button', { name: 'Stop' }).click();
      await expect.poll(() => status(page)).toBe('Stopped');
      await writeProgram(page, "console.log('again');");
      await run(page);
      await expect.poll(() => output(page)).toBe('again');
      await expect.poll(() => status(page)).toMatch(/^Finished/);
    }));

  test('a loop that prints without end leaves the page at work', () =>
    withPage(async ({ page }) => {
      await writeProgram(page, 'for (let i = 0; ; i++) console.log(i);');
      await run(page);
      await expect.poll(() => output(page)).toMatch(/earlier messages are left out/);
      await page.getByRole('button', { name: 'Stop' }).click();
      await expect.poll(() => status(page)).toBe('Stopped');
      expect(await page.locator('.message').count()).toBeLessThanOrEqual(1000);
    }));

  test.each([
    [
      'thrown',
      "import { tensor } from '@kindling/core';\n\ninterface A {\n  b: 1;\n}\ntensor([1, 2]).matmul(tensor([1, 2, 3]));",
      6,
      /^ShapeError: matmul: expected/,
    ],
    ['of a syntax', 'const a = 1;\nconst b = ;', 2, /^SyntaxError/],
    ['of an import', "\n\nimport fs from 'node:fs';\nfs;", 3, /^import: expected one of @kindling\/core/],
    [
      'in a promise',
      "const later = async (): Promise<void> => {\n  throw new RangeError('late');\n};\nvoid later();\nawait new Promise(() => {});",
      2,
      /^RangeError: late/,
    ],
  ])('a mistake %s has its line, which is marked and gone to', (_, program, line, message) =>
    withPage(async ({ page }) => {
      await writeProgram(page, program);
      await run(page);
      await expect.poll(() => status(page)).toBe('Failed');
      expect(await page.locator('.message.error pre').textContent()).toMatch(message);
      await page.getByRole('button', { name: `line ${line}`, exact: true }).click();
      await expect
        .poll(() => page.locator('.cm-lineNumbers .cm-activeLineGutter').textContent())
        .toBe(String(line));
      await expect.poll(() => page.locator('.cm-lint-marker-error').count()).toBe(1);
    }),
  );

  test('a name that a package has not is said with its line', () =>
    withPage(async ({ page }) => {
      await writeProgram(page, "\nimport { tensr } from '@kindling/core';\ntensr([1]);");
      await run(page);
      await expect.poll(() => page.locator('.message.error pre').textContent()).toContain('tensr');
      await expect.poll(() => page.getByRole('button', { name: 'line 2', exact: true }).count()).toBe(1);
    }));

  test('a 3 that is drawn is classified while it is drawn, by mouse and by keyboard', () =>
    withPage(async ({ page }) => {
      await choose(page, 'digits');
      const result = page.locator('.scores .result');
      await expect.poll(() => result.textContent()).toMatch(/^Run the program first/);
      await run(page);
      await expect.poll(() => status(page), { timeout: 200_000 }).toMatch(/^Finished/);
      await draw(page, three);
      await expect.poll(() => result.textContent()).toBe('It looks like 3');
      expect(await page.getByRole('list', { name: 'Scores' }).getByRole('listitem').count()).toBe(10);
      const pad = page.getByRole('application', { name: 'Pad to draw on' });
      await pad.focus();
      await page.keyboard.press('Delete');
      await expect.poll(() => page.locator('.scores ol').count()).toBe(0);
      await page.keyboard.press('Space');
      for (let i = 0; i < 14; i++) await page.keyboard.press('ArrowDown');
      await expect.poll(() => result.textContent()).toBe('It looks like 1');
    }));

  test.skipIf(!existsSync(join(dataDir, 'weight_height.csv')))(
    'data that is downloaded is said, kept, and trained on',
    () =>
      withPage(async ({ page, context, problems }) => {
        await context.route(/^https:/, (route) =>
          route.fulfill({
            path: join(dataDir, basename(new URL(route.request().url()).pathname)),
            headers: { 'access-control-allow-origin': '*' },
          }),
        );
        await choose(page, 'weight-height-by-hand');
        await run(page);
        await expect.poll(() => status(page)).toMatch(/^Finished/);
        expect(await output(page)).toMatch(
          /^downloading weight_height\.csv from raw\.githubusercontent\.com.*published: loss after {2}0\.003103177747/s,
        );
        expect(problems.splice(0)).toEqual([expect.stringMatching(/^request: https:.*weight_height\.csv$/)]);
        await choose(page, 'weight-height');
        await run(page);
        await expect.poll(() => status(page)).toMatch(/^Finished/);
        expect(await output(page)).toContain('Height from weight');
        await choose(page, 'diabetes');
        await run(page);
        await expect.poll(() => status(page)).toMatch(/^Finished/);
        expect(await output(page)).toMatch(
          /ten-sigmoid gradient norms, first layer to last: \d\.\de-(?:8|9|1\d)/,
        );
        expect(problems.splice(0)).toEqual([expect.stringMatching(/^request: https:.*diabetes\.csv\.gz$/)]);
      }),
  );
});
