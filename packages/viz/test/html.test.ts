import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../src/html/render-html.ts';
import { decisionBoundary, histogram, trainingCurves } from '../src/index.ts';
import { type ChartBrowser, hasChromium, openBrowser } from './chart-browser.ts';
import { sampleCharts } from './samples.ts';

describe('renderHtml', () => {
  const html = renderHtml(sampleCharts['training-curves']!());

  it('allows no script but its own two, and no address', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!;
    const hashes = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
      ([, script]) => `'sha256-${createHash('sha256').update(script!).digest('base64')}'`,
    );
    expect(hashes).toHaveLength(2);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src ${hashes.join(' ')};`);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(html.replace(/<script>[\s\S]*?<\/script>/g, '')).not.toMatch(/src=|href=/);
  });

  it('lets no text of a chart end a script or become markup', () => {
    const evil = '</script><img src=x onerror=alert(1)>';
    const page = renderHtml(trainingCurves({ step: [0, 1], train: { [evil]: [1, 2] } }, { title: evil }));
    expect(page.replace(/<script>[\s\S]*?<\/script>/g, '')).not.toContain('<img');
    expect([...page.matchAll(/<\/script>/g)]).toHaveLength(3);
  });

  it('has axes of time for a clock, and numbers else', () => {
    const columns = { step: [0, 1], time: [0, 60], startedAt: 1.7e12, train: { loss: [2, 1] } };
    expect(renderHtml(trainingCurves(columns, { x: 'wall' }))).toContain('"type":"time"');
    expect(renderHtml(trainingCurves(columns))).not.toContain('"type":"time"');
  });

  it('gives the same bytes for the same chart, and refuses a size that is none', () => {
    expect(renderHtml(sampleCharts['training-curves']!())).toBe(html);
    expect(() => renderHtml(sampleCharts.histogram!(), { width: Number.NaN })).toThrow(
      'renderHtml: expected a size of positive integers, got NaN × 540',
    );
  });
});

describe.skipIf(!hasChromium)('the page in Chromium', () => {
  let browser: ChartBrowser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  it.each(Object.entries(sampleCharts))('draws %s without a complaint or a request', async (_, draw) => {
    const page = await browser.open(draw());
    await page.tab.mouse.move(500, 400);
    await page.tab.mouse.wheel(0, -200);
    expect(page.problems).toEqual([]);
    expect(await page.tab.locator('#chart canvas, table').count()).toBeGreaterThan(0);
    await page.close();
  });

  it('has entries of lines and of points at one height in the legend', async () => {
    const run = (name: string) => ({ run: name, step: [0, 1], train: { loss: [2, 1] } });
    const page = await browser.open(trainingCurves([run('a'), run('b')]));
    const texts = (await page.texts()).filter(({ text }) => ['a', 'b', 'best'].includes(text));
    expect(texts.map(({ text }) => text).sort()).toEqual(['a', 'b', 'best']);
    expect(new Set(texts.map(({ y }) => y)).size).toBe(1);
    await page.close();
  });

  it('shows the value of a field and of a bin under the pointer', async () => {
    const field = await browser.open(
      decisionBoundary({ x: [0, 1], y: [0, 1], scores: [0.1, 0.2, 0.3, 0.9] }),
    );
    await field.tab.mouse.move(...(await field.pixelOf([0.75, 0.75])));
    await expect
      .poll(() => field.tab.textContent('#readout'))
      .toMatch(/^x1 0\.7\d+, x2 0\.7\d+: score 0\.9$/);
    await field.close();
    const bins = await browser.open(histogram({ values: { a: [0, 0, 1], b: [1, 1, 1] } }, { bins: 2 }));
    await bins.tab.mouse.move(...(await bins.pixelOf([0.25, 1])));
    await expect.poll(() => bins.tab.textContent('#readout')).toBe('value 0 to 0.5: a 2, b 0');
    await bins.close();
  });
});
