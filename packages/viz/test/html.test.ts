import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../src/html/render-html.ts';
import { type Chart, decisionBoundary, histogram, trainingCurves } from '../src/index.ts';
import { sampleCharts } from './samples.ts';

describe('renderHtml', () => {
  const html = renderHtml(sampleCharts['training-curves']!);

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

  it('gives the same bytes for the same chart, and refuses a size that is none', () => {
    expect(renderHtml(sampleCharts['training-curves']!)).toBe(html);
    expect(() => renderHtml(sampleCharts.histogram!, { width: Number.NaN })).toThrow(
      'renderHtml: expected a size of positive integers, got NaN × 540',
    );
  });
});

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));

describe.skipIf(!executablePath)('the page in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kindling-viz-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the chart's page and collects everything that it complains about or asks for. */
  async function open(chart: Chart): Promise<{ page: Page; problems: string[] }> {
    const file = join(folder, 'chart.html');
    writeFileSync(file, renderHtml(chart));
    const page = await browser.newPage({ viewport: { width: 1100, height: 640 } });
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) problems.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    return { page, problems };
  }

  /** What the chart of the page holds now, and where a value is on the screen. */
  const option = (page: Page) =>
    page.evaluate(() => {
      const { echarts, document } = globalThis as unknown as BrowserGlobals;
      return echarts.getInstanceByDom(document.getElementById('chart')).getOption();
    });
  const pixelOf = (page: Page, point: [number, number]) =>
    page.evaluate((at) => {
      const { echarts, document } = globalThis as unknown as BrowserGlobals;
      const element = document.getElementById('chart');
      const [x, y] = echarts.getInstanceByDom(element).convertToPixel({ gridIndex: 0 }, at);
      const { left, top } = element.getBoundingClientRect();
      return [x + left, y + top] as const;
    }, point);

  it.each(Object.entries(sampleCharts))('draws %s without a complaint or a request', async (_, chart) => {
    const { page, problems } = await open(chart);
    await page.mouse.move(500, 400);
    await page.mouse.wheel(0, -200);
    expect(problems).toEqual([]);
    expect(await page.locator('#chart canvas, table').count()).toBeGreaterThan(0);
    await page.close();
  });

  const curve = trainingCurves(
    { step: [0, 50, 100], train: { loss: [100, 1.5, 0.01] }, validation: { loss: [90, 2, 1] } },
    { best: false },
  );

  it('zooms by the wheel, and back', async () => {
    const { page } = await open(curve);
    const zoom = async () => (await option(page)).dataZoom[0]!;
    expect(await zoom()).toMatchObject({ start: 0, end: 100 });
    await page.mouse.move(...(await pixelOf(page, [50, 50])));
    await page.mouse.wheel(0, -400);
    await expect.poll(async () => (await zoom()).end - (await zoom()).start).toBeLessThan(100);
    await page.click('#reset');
    expect(await zoom()).toMatchObject({ start: 0, end: 100 });
    await page.close();
  });

  it('switches the y axis to a logarithm and back', async () => {
    const { page } = await open(curve);
    const types = async () => (await option(page)).yAxis.map(({ type }) => type);
    expect(await types()).toEqual(['value']);
    await page.click('#log');
    expect(await types()).toEqual(['log']);
    expect(await page.getAttribute('#log', 'aria-pressed')).toBe('true');
    await page.click('#log');
    expect(await types()).toEqual(['value']);
    await page.close();
  });

  it('hides a series by its entry in the legend', async () => {
    const { page } = await open(curve);
    const selected = async () => (await option(page)).legend[0]!.selected;
    await page.mouse.click(30, 40 + 20);
    await expect.poll(selected).toEqual(expect.objectContaining({ train: false }));
    await page.close();
  });

  it('has entries of lines and of points at one height in the legend', async () => {
    const run = (name: string) => ({ run: name, step: [0, 1], train: { loss: [2, 1] } });
    const { page } = await open(trainingCurves([run('a'), run('b')]));
    const middles = await page.evaluate(() => {
      const { echarts, document } = globalThis as unknown as BrowserGlobals;
      const shown = echarts.getInstanceByDom(document.getElementById('chart')).getZr().storage;
      return shown.getDisplayList(true).flatMap(({ style, transform, parent }) => {
        const text = style?.text;
        const height = parent?.transform?.[5] ?? transform?.[5] ?? 0;
        return text !== undefined && ['a', 'b', 'best'].includes(text) ? [[text, height]] : [];
      });
    });
    expect(middles.map(([text]) => text).sort()).toEqual(['a', 'b', 'best']);
    expect(new Set(middles.map(([, height]) => height)).size).toBe(1);
    await page.close();
  });

  it('holds the values of the columns', async () => {
    const { page } = await open(curve);
    const { series } = await option(page);
    const points = series.map(({ name, data }) => [name, data.map((one) => one.value ?? one)]);
    expect(points).toEqual([
      [
        'train',
        [
          [0, 100],
          [50, 1.5],
          [100, 0.01],
        ],
      ],
      [
        'validation',
        [
          [0, 90],
          [50, 2],
          [100, 1],
        ],
      ],
    ]);
    await page.close();
  });

  it('shows the value of a field and of a bin under the pointer', async () => {
    const field = await open(decisionBoundary({ x: [0, 1], y: [0, 1], scores: [0.1, 0.2, 0.3, 0.9] }));
    await field.page.mouse.move(...(await pixelOf(field.page, [0.75, 0.75])));
    await expect
      .poll(() => field.page.textContent('#readout'))
      .toMatch(/^x₁ 0\.7\d+, x₂ 0\.7\d+: score 0\.9$/);
    await field.page.close();
    const bins = await open(histogram({ values: { a: [0, 0, 1], b: [1, 1, 1] } }, { bins: 2 }));
    await bins.page.mouse.move(...(await pixelOf(bins.page, [0.25, 1])));
    await expect.poll(() => bins.page.textContent('#readout')).toBe('value 0 to 0.5: a 2, b 0');
    await bins.page.close();
  });
});

interface Displayed {
  readonly style?: { readonly text?: string };
  readonly transform?: readonly number[];
  readonly parent?: Displayed;
}

interface BrowserGlobals {
  readonly document: {
    getElementById(id: string): { getBoundingClientRect(): { left: number; top: number } };
  };
  readonly echarts: {
    getInstanceByDom(element: unknown): {
      getOption(): {
        dataZoom: { start: number; end: number }[];
        yAxis: { type: string }[];
        legend: { selected: Record<string, boolean> }[];
        series: { name: string; data: { value?: unknown }[] }[];
      };
      getZr(): { storage: { getDisplayList(update: boolean): Displayed[] } };
      convertToPixel(finder: object, value: [number, number]): [number, number];
    };
  };
}
