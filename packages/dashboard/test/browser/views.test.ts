import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, test } from 'vitest';
import { executablePath, themeChoices } from '../browser.ts';
import { allSamples, divergedRun, generatedRun } from '../generated-runs.ts';
import { pageFixture } from './page-fixture.ts';

const classifier = generatedRun({
  id: 'digits',
  seed: 1,
  steps: 1600,
  stepsPerEpoch: 200,
  lr: 0.02,
  samples: allSamples(1),
  tags: ['baseline'],
});
const slow = generatedRun({
  id: 'slow',
  seed: 2,
  steps: 400,
  stepsPerEpoch: 200,
  lr: 0.005,
  state: 'running',
});
const runs = [classifier, slow, divergedRun('diverged')];

describe.skipIf(!executablePath)('views in Chromium', () => {
  const withPage = pageFixture();

  test.each(themeChoices)('axe finds nothing in any view, %s', (theme) =>
    withPage(
      runs,
      ['digits', 'diverged'],
      async ({ page }) => {
        await page.locator('.panel canvas').first().waitFor();
        const tabs = page.getByRole('tab');
        expect(await tabs.count()).toBe(11);
        for (const tab of await tabs.all()) {
          await tab.click();
          await expect.poll(() => page.getByRole('tabpanel').textContent()).not.toBe('');
          const { violations } = await new AxeBuilder({ page }).analyze();
          const found = violations.map(({ id, nodes }) => [
            id,
            nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
          ]);
          expect(found).toEqual([]);
        }
      },
      { theme },
    ),
  );

  test('tabs go by arrow keys, and show what a run has', () =>
    withPage(runs, ['digits'], async ({ page }) => {
      await page.getByRole('tab', { name: 'Curves' }).focus();
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => page.getByRole('tab', { selected: true }).textContent()).toBe('Runs');
      await page.keyboard.press('End');
      await expect.poll(() => page.getByRole('tabpanel').textContent()).toContain('"crossEntropy"');
      await page.keyboard.press('ArrowLeft');
      await expect.poll(() => page.getByRole('tabpanel').textContent()).toContain('epoch 7: the seven');
      await page.keyboard.press('ArrowLeft');
      await expect
        .poll(() => page.locator('.chart [role=img]').getAttribute('aria-label'))
        .toBe('Layers of digits. 50,890 parameters');
      await page.getByText('Data table').click();
      const layers = page.getByRole('region', { name: 'Values of Layers of digits.' }).getByRole('row');
      await expect.poll(() => layers.nth(3).textContent()).toBe('2linearin=784, out=64[N, 64]50240');
      await page.getByRole('tab', { name: 'Images' }).click();
      await expect.poll(() => page.locator('.images li').count()).toBe(24);
      await expect.poll(() => page.locator('.images li').first().textContent()).toContain('×');
      await page.getByRole('tab', { name: 'Confusion matrix' }).click();
      await page.getByRole('slider', { name: 'Sample' }).fill('0');
      await expect
        .poll(() => page.locator('figcaption').textContent())
        .toBe('Confusion matrix, validation, step 200');
      await page.getByRole('checkbox', { name: 'Show digits' }).uncheck();
      await page.getByRole('checkbox', { name: 'Show slow' }).check();
      await expect.poll(() => page.getByRole('tab', { name: 'Images' }).count()).toBe(0);
    }));

  test('the table sorts, filters, groups and marks what differs', () =>
    withPage(runs, ['digits'], async ({ page }) => {
      await page.getByRole('tab', { name: 'Runs' }).click();
      const names = () => page.locator('.runs-table tbody th[scope="row"]').allTextContents();
      await page.getByRole('button', { name: 'optimizer.lr' }).click();
      await expect.poll(names).toEqual(['slow', 'digits', 'diverged']);
      await page.getByRole('button', { name: 'optimizer.lr' }).click();
      await expect.poll(names).toEqual(['diverged', 'digits', 'slow']);
      expect(await page.locator('th[aria-sort="descending"]').textContent()).toContain('optimizer.lr');
      await page.getByRole('searchbox', { name: 'Filter', exact: true }).fill('lr=0.02');
      await expect.poll(names).toEqual(['digits']);
      await page.getByRole('searchbox', { name: 'Filter', exact: true }).fill('');
      await page.getByLabel('Group by').selectOption('optimizer.lr');
      await expect.poll(() => page.locator('tr.group').count()).toBe(3);
      expect(await page.locator('td.differs').count()).toBeGreaterThan(0);
      expect(await page.locator('td.warning').first().textContent()).toBe('NaN');
    }));

  test('notes and tags go to the host and come back; a refusal is shown', () =>
    withPage(runs, ['digits'], async ({ page, host }) => {
      await page.getByRole('tab', { name: 'Runs' }).click();
      await page.getByRole('button', { name: 'Edit note and tags of slow' }).click();
      await page.getByLabel('Tags, with commas').fill('late, late,  slow ');
      await page.getByRole('textbox', { name: 'Note' }).fill('너무 느리다');
      await page.getByRole('button', { name: 'Save' }).click();
      await expect.poll(() => page.locator('td.note', { hasText: '너무 느리다' }).count()).toBe(1);
      expect(host.received.at(-1)).toEqual({
        type: 'annotate',
        request: 0,
        run: 'slow',
        note: '너무 느리다',
        tags: ['late', 'slow'],
      });
      await page.getByRole('button', { name: 'Stop: slow' }).click();
      await expect
        .poll(() => page.getByRole('alert').first().textContent())
        .toContain('Stop slow: this host does nothing');
      await page.getByRole('button', { name: 'Delete: digits' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
      expect(host.received.filter(({ type }) => type === 'act')).toHaveLength(1);
    }));

  test('the boundary has its step and a table', () =>
    withPage(runs, ['digits'], async ({ page }) => {
      await page.getByRole('tab', { name: 'Decision boundary' }).click();
      await expect.poll(() => page.locator('figcaption').textContent()).toBe('Decision boundary, step 1600');
      await page.getByText('Data table').click();
      const table = page.getByRole('region', { name: 'Values of Decision boundary, step 1600.' });
      await expect.poll(() => table.getByRole('row').count()).toBe(26);
    }));

  test('Korean by the language of the browser, English by choice', () =>
    withPage(
      runs,
      ['digits'],
      async ({ page }) => {
        await expect.poll(() => page.getByRole('tab').first().textContent()).toBe('학습 곡선');
        expect(await page.locator('html').getAttribute('lang')).toBe('ko');
        await page.getByLabel('언어').selectOption('en');
        await expect.poll(() => page.getByRole('tab').first().textContent()).toBe('Curves');
      },
      { locale: 'ko-KR' },
    ));

  test('every tab in Korean: headings, what charts show, their tables', () =>
    withPage(
      runs,
      ['digits'],
      async ({ page }) => {
        const tabs = page.getByRole('tab');
        await expect.poll(() => tabs.count()).toBe(11);
        const panel = page.getByRole('tabpanel');
        for (const tab of await tabs.all()) {
          await tab.click();
          expect(await tab.textContent()).toMatch(/[가-힣]/);
          await expect.poll(() => panel.textContent()).toMatch(/[가-힣]/);
          for (const image of await panel.locator('.chart [role=img]').all()) {
            expect(await image.getAttribute('aria-label')).not.toMatch(/\b(of|samples|parameters|values)\b/);
          }
          for (const table of await panel.locator('summary').all()) {
            expect(await table.textContent()).toBe('데이터 표');
          }
        }
      },
      { locale: 'ko-KR' },
    ));
});
