import { describe, expect, test } from 'vitest';
import { executablePath } from '../browser.ts';
import { divergedRun, generatedRun, resumedRun, stepBlock } from '../generated-runs.ts';
import { hover, pageFixture, summaryOf } from './page-fixture.ts';

const options = {
  id: 'digits',
  seed: 1,
  steps: 1000,
  stepsPerEpoch: 100,
  lr: 0.02,
  state: 'running',
} as const;
const live = generatedRun(options);
const other = generatedRun({ ...options, id: 'other', seed: 2, lr: 0.005, state: 'completed' });

describe.skipIf(!executablePath)('curves in Chromium', () => {
  const withPage = pageFixture();

  test('a curve grows while its run goes on, and waits while it is zoomed', () =>
    withPage([live], ['digits'], async ({ page, host }) => {
      const loss = page.getByRole('region', { name: 'loss', exact: true });
      await expect.poll(() => loss.locator('canvas').count()).toBe(1);
      await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('digits train: last');
      const before = await summaryOf(page, 'loss').textContent();
      host.send({ type: 'progress', run: 'digits', steps: stepBlock(options, 1000, 200) });
      await expect.poll(() => summaryOf(page, 'loss').textContent()).not.toBe(before);
      await hover(page, 'loss', 0.98, 0.5);
      await expect.poll(() => loss.locator('.tooltip .place').textContent()).toBe('step 1199');

      await hover(page, 'loss', 0.3, 0.5);
      await page.mouse.down();
      await hover(page, 'loss', 0.6, 0.5);
      await page.mouse.up();
      await expect.poll(() => page.getByText('paused while zoomed in').count()).toBe(1);
      const place = async () => {
        await hover(page, 'loss', 0.98, 0.4);
        return loss.locator('.tooltip .place').textContent();
      };
      await expect.poll(async () => Number((await place())?.split(' ')[1])).toBeLessThan(900);
      const zoomRange = await place();
      host.send({ type: 'progress', run: 'digits', steps: stepBlock(options, 1200, 200) });
      await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('digits');
      expect(await place()).toBe(zoomRange);
      await page.mouse.dblclick(...(await middleOf(page)));
      await expect.poll(() => page.getByText('paused while zoomed in').count()).toBe(0);
      await expect.poll(place).toBe('step 1399');
    }));

  test('several runs: values by their distance from the pointer, a crosshair in every panel', () =>
    withPage([live, other], ['digits', 'other'], async ({ page }) => {
      await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('other train');
      const tooltip = page.getByRole('region', { name: 'loss', exact: true }).locator('.tooltip');
      const first = async (y: number) => {
        await hover(page, 'loss', 0.5, y);
        return tooltip.locator('li').first().textContent();
      };
      await expect.poll(() => first(0.1)).toContain('other');
      await expect.poll(() => first(0.8)).toContain('digits');
      // All digits of a value.
      expect(await tooltip.locator('li .value').first().textContent()).toMatch(/^\d\.\d{12,}$/);
      await expect.poll(() => page.locator('.cursor-line').count()).toBe(3);
      await page.mouse.move(5, 5);
      await expect.poll(() => page.locator('.cursor-line').count()).toBe(0);
    }));

  test('smoothing shows the average with the measured value behind it, and can be off', () =>
    withPage([live], ['digits'], async ({ page }) => {
      const tooltip = page.getByRole('region', { name: 'loss', exact: true }).locator('.tooltip');
      const slider = page.getByRole('slider', { name: 'Smoothing' });
      await expect.poll(() => slider.getAttribute('aria-valuetext')).toBe('off');
      await slider.fill('60');
      await hover(page, 'loss', 0.5, 0.5);
      await expect.poll(() => tooltip.textContent()).toContain('measured');
      await slider.fill('0');
      await hover(page, 'loss', 0.5, 0.4);
      await expect.poll(() => tooltip.textContent()).not.toContain('measured');
    }));

  test('axes: logarithms and all four places', () =>
    withPage([live], ['digits'], async ({ page }) => {
      const tooltip = page.getByRole('region', { name: 'loss', exact: true }).locator('.tooltip .place');
      await page.getByRole('button', { name: 'Logarithmic y axis: loss' }).click();
      await page.getByLabel('log x').check();
      for (const [axis, place] of [
        ['step', /^step \d+$/],
        ['epoch', /^epoch \d/],
        ['relative', /^\d+(\.\d+)? s$/],
        ['wall', /^2026-11-28 12:00:\d\d UTC$/],
      ] as const) {
        await page.getByLabel('x axis').selectOption(axis);
        await expect
          .poll(async () => {
            await hover(page, 'loss', 0.4 + 0.1 * Math.random(), 0.5);
            return tooltip.textContent();
          })
          .toMatch(place);
      }
    }));

  test('the legend hides lines and runs, pins and recolours', () =>
    withPage([live, other], ['digits', 'other'], async ({ page }) => {
      const loss = page.getByRole('region', { name: 'loss', exact: true });
      await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('other validation');
      await loss.getByRole('button', { name: 'validation' }).click();
      await expect.poll(() => summaryOf(page, 'loss').textContent()).not.toContain('validation');
      await page.getByRole('checkbox', { name: 'Show other' }).uncheck();
      await expect.poll(() => summaryOf(page, 'loss').textContent()).not.toContain('other');
      await page.getByRole('checkbox', { name: 'Show other' }).check();
      await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('other');
      const pin = page.getByRole('button', { name: /^Pin other/ });
      await pin.click();
      expect(await pin.getAttribute('aria-pressed')).toBe('true');
      const color = page.getByRole('button', { name: 'Colour of other' });
      const fill = () => color.locator('rect').getAttribute('fill');
      const before = await fill();
      await color.click();
      await page.getByRole('button', { name: 'Colour 5' }).click();
      await expect.poll(fill).not.toBe(before);
      await page.reload();
      await expect
        .poll(() => page.getByRole('button', { name: /^Pin other/ }).getAttribute('aria-pressed'))
        .toBe('true');
      expect(await fill()).not.toBe(before);
    }));

  test('the keyboard reads values, zooms and resets', () =>
    withPage([live], ['digits'], async ({ page }) => {
      const loss = page.getByRole('region', { name: 'loss', exact: true });
      await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('digits');
      await loss.locator('.plot').focus();
      await page.keyboard.press('End');
      await expect.poll(() => loss.locator('.tooltip .place').textContent()).toBe('step 999');
      await page.keyboard.press('Shift+ArrowLeft');
      await expect.poll(() => loss.locator('.tooltip .place').textContent()).not.toBe('step 999');
      await page.keyboard.press('+');
      await expect.poll(() => page.getByRole('button', { name: 'Reset zoom' }).count()).toBe(1);
      await page.keyboard.press('-');
      await expect.poll(() => page.getByRole('button', { name: 'Reset zoom' }).count()).toBe(0);
      await page.keyboard.press('+');
      await page.keyboard.press('Escape');
      await expect.poll(() => page.getByRole('button', { name: 'Reset zoom' }).count()).toBe(0);
    }));

  test('NaN and infinities have marks with their steps; a resumed run has its newest values', () =>
    withPage([divergedRun('diverged'), resumedRun('resumed')], ['diverged', 'resumed'], async ({ page }) => {
      const marks = page.locator('.non-finite');
      await expect.poll(() => marks.allTextContents()).toEqual(expect.arrayContaining(['+∞', 'NaN']));
      await expect
        .poll(() => marks.filter({ hasText: 'NaN' }).first().getAttribute('title'))
        .toBe('diverged loss: NaN · 300 (+99)');
      await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('101 values not finite');
      await page.getByRole('button', { name: 'Data table: loss' }).click();
      const table = page.getByRole('region', { name: /^Values of loss/ });
      await expect.poll(() => table.getByRole('row').count()).toBeGreaterThan(20);
      expect(await table.textContent()).toContain('NaN');
    }));

  test('a host that goes away and comes back is followed again', () =>
    withPage([live], ['digits'], async ({ page, host }) => {
      await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('digits');
      host.server.cut();
      await expect.poll(() => host.received.filter(({ type }) => type === 'ready').length).toBe(2);
      await expect.poll(() => host.received.filter(({ type }) => type === 'follow').length).toBe(2);
      await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('digits train: last');
      await expect.poll(() => page.getByText('The connection is lost').count()).toBe(0);
    }));
});

async function middleOf(page: import('playwright-core').Page): Promise<[number, number]> {
  const box = (await page.locator('.plot').first().boundingBox())!;
  return [box.x + box.width / 2, box.y + box.height / 2];
}
