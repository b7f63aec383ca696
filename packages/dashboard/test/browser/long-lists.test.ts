import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { executablePath } from '../browser.ts';
import { generatedRun } from '../generated-runs.ts';
import { pageFixture } from './page-fixture.ts';

const count = 10_000;
const runs = Array.from({ length: count }, (_, i) =>
  generatedRun({
    id: `run-${i}`,
    seed: i % 7,
    steps: 4,
    stepsPerEpoch: 2,
    lr: 0.001 * ((i % 50) + 1),
    began: Date.UTC(2026, 10, 28, 12) - 60_000 * i,
  }),
);

/** What a screen reader says of the control that has the focus. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));

describe.skipIf(!executablePath)('ten thousand runs in Chromium', () => {
  const withPage = pageFixture();

  test('the list of runs: few elements, places of all, arrow keys', () =>
    withPage(runs, ['run-0'], async ({ page }) => {
      const items = page.getByRole('navigation').getByRole('listitem');
      await expect.poll(() => items.count()).toBeGreaterThan(20);
      expect(await items.count()).toBeLessThan(100);
      expect(await page.locator('*').count()).toBeLessThan(2000);
      expect(await items.first().getAttribute('aria-setsize')).toBe(String(count));
      await page.getByRole('checkbox', { name: 'Show run-0', exact: true }).focus();
      await page.keyboard.press('End');
      await expect.poll(() => focused(page)).toBe('Show run-9999');
      await expect.poll(() => items.last().getAttribute('aria-posinset')).toBe(String(count));
      expect(await items.count()).toBeLessThan(100);
      await page.keyboard.press('ArrowUp');
      await expect.poll(() => focused(page)).toBe('Show run-9998');
      await page.keyboard.press('Space');
      await expect.poll(() => page.getByText('2 of 10,000 shown').count()).toBe(1);
      await page.keyboard.press('Tab');
      await expect.poll(() => focused(page)).toBe('Colour of run-9998');
      // What has the focus stays, wherever the list is scrolled to.
      await page.locator('.runs').evaluate((list) => list.scrollTo(0, 0));
      await expect
        .poll(() => page.getByRole('checkbox', { name: 'Show run-5', exact: true }).count())
        .toBe(1);
      expect(await focused(page)).toBe('Colour of run-9998');
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }));

  test('the table: rows have their numbers, forms stay open, columns keep their width', () =>
    withPage(runs, ['run-0'], async ({ page }) => {
      await page.getByRole('tab', { name: 'Runs' }).click();
      const table = page.getByRole('table');
      await expect.poll(() => table.getAttribute('aria-rowcount')).toBe(String(count + 1));
      await page.getByRole('button', { name: 'Edit note and tags of run-1', exact: true }).click();
      await page.getByRole('textbox', { name: 'Note' }).fill('not saved yet');
      const scroller = page.locator('.runs-table');
      await scroller.evaluate((region) => region.scrollTo(0, 200_000));
      const named = () => table.locator('th[scope="row"]').allTextContents();
      await expect.poll(named).toContain('run-5880');
      const row = table.locator('tr[data-row="run-5880"]');
      // The head, and the form above.
      expect(await row.getAttribute('aria-rowindex')).toBe('5883');
      expect(await table.locator('tr').count()).toBeLessThan(120);
      expect(await page.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('not saved yet');
      await row.getByRole('checkbox').focus();
      await page.keyboard.press('ArrowDown');
      await expect.poll(() => focused(page)).toBe('Show run-5881');
      await page.keyboard.press('Home');
      await expect.poll(() => focused(page)).toBe('Show run-0');
      const width = () => table.evaluate((element) => element.scrollWidth);
      const before = await width();
      await scroller.evaluate((region) => region.scrollTo(0, 100_000));
      await expect.poll(named).toContain('run-2945');
      expect(await width()).toBeGreaterThanOrEqual(before);
      await page.getByLabel('Group by').selectOption('optimizer.lr');
      // A head a group, and the form.
      await expect.poll(() => table.getAttribute('aria-rowcount')).toBe(String(count + 52));
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }));
});
