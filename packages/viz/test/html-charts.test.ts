import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  barChart,
  type Chart,
  classScores,
  compareTable,
  confusionMatrix,
  decisionBoundary,
  gradientNorms,
  histogram,
  histogramOverTime,
  image,
  imageGrid,
  modelGraph,
  parallelCoordinates,
  progressDots,
  scatter,
  trainingCurve,
  trainingCurves,
} from '../src/index.ts';
import { type ChartBrowser, type ChartPage, hasChromium, openBrowser } from './chart-browser.ts';

/** What a page of a chart does, with the values as they are in the columns. */
interface Case {
  readonly chart: Chart;
  /** Data of the first series by its name. */
  readonly values?: readonly [name: string, data: readonly unknown[]];
  /** A place on the first panel, and what is said about it. */
  readonly hover: { readonly at: readonly [number | string, number | string]; readonly text: string };
  readonly zooms: boolean;
  readonly logs: boolean;
  /** A name in the legend that a click hides. */
  readonly entry?: string;
}

const step = [0, 50, 100];
const loss = [100, 1.5, 0.01];
const x = [50, 60, 75];
const height = [155, 165, 175];

const cases: Readonly<Record<string, Case>> = {
  trainingCurve: {
    chart: trainingCurve({ step, train: { loss }, validation: { loss: [90, 2, 1] } }),
    values: ['train', step.map((one, i) => [one, loss[i]])],
    hover: { at: [50, 50], text: 'step: 50\ntrain: 1.5\nvalidation: 2' },
    zooms: true,
    logs: true,
    entry: 'validation',
  },
  trainingCurves: {
    chart: trainingCurves(
      { step, train: { loss, accuracy: [0, 0.5, 1] }, validation: { loss: [90, 2, 1] } },
      { best: false },
    ),
    values: ['train', step.map((one, i) => [one, loss[i]])],
    hover: { at: [50, 50], text: 'step: 50\ntrain: 1.5\nvalidation: 2' },
    zooms: true,
    logs: true,
    entry: 'train',
  },
  scatter: {
    chart: scatter({ x, target: height, prediction: [156, 164, 176] }, { xName: 'weight', yName: 'height' }),
    values: ['target', x.map((one, i) => [one, height[i]])],
    hover: { at: [60, 165], text: 'weight: 60\ntarget: 165' },
    zooms: true,
    logs: true,
    entry: 'prediction',
  },
  progressDots: {
    chart: progressDots([
      { run: 'MSE', step, loss: [0.9, 0.5, 0.1] },
      { run: 'BCE', step, loss: [0.8, 0.3, 0.2] },
    ]),
    values: ['MSE', step.map((one, i) => [one, [0.9, 0.5, 0.1][i]])],
    hover: { at: [50, 0.5], text: 'step: 50\nMSE: 0.5' },
    zooms: true,
    logs: true,
    entry: 'BCE',
  },
  gradientNorms: {
    chart: gradientNorms({ step, norms: { '0.weight': [1, 0.1, 0.01], '2.weight': [2, 2, 2] } }),
    values: ['0.weight', step.map((one, i) => [one, [1, 0.1, 0.01][i]])],
    hover: { at: [50, 0.1], text: 'step: 50\n0.weight: 0.1\n2.weight: 2' },
    zooms: true,
    logs: true,
    entry: '2.weight',
  },
  barChart: {
    chart: barChart({ labels: ['고양이', '개'], values: [3, 5] }, { xName: 'class', yName: 'count' }),
    values: ['count', [3, 5]],
    hover: { at: ['개', 2], text: 'class: 개\ncount: 5' },
    zooms: false,
    logs: false,
  },
  classScores: {
    chart: classScores({ scores: [0.1, 0.9] }, { target: 1, xName: 'digit', yName: 'probability' }),
    values: ['probability', [0.1, 0.9]],
    hover: { at: ['1', 0.5], text: 'digit: 1\nprobability: 0.9' },
    zooms: false,
    logs: false,
  },
  confusionMatrix: {
    chart: confusionMatrix({
      counts: [
        [9, 1],
        [2, 8],
      ],
      classes: ['a', 'b'],
    }),
    hover: { at: ['b', 'a'], text: 'target: a\nprediction: b\nsamples: 1' },
    zooms: false,
    logs: false,
  },
  histogram: {
    chart: histogram({ values: { a: [0, 0, 1], b: [1, 1, 1] } }, { bins: 2 }),
    hover: { at: [0.25, 1], text: 'value 0 to 0.5: a 2, b 0' },
    zooms: true,
    logs: true,
    entry: 'a',
  },
  histogramOverTime: {
    chart: histogramOverTime({
      step: [0, 10],
      edges: [0, 1, 2],
      counts: [
        [1, 3],
        [4, 0],
      ],
    }),
    hover: { at: [0.5, 1.5], text: ': % of values 75' },
    zooms: false,
    logs: false,
  },
  decisionBoundary: {
    chart: decisionBoundary({ x: [0, 1], y: [0, 1], scores: [0.1, 0.2, 0.3, 0.9] }),
    hover: { at: [0.75, 0.75], text: ': score 0.9' },
    zooms: false,
    logs: false,
  },
  image: {
    chart: image({ pixels: [0, 255, 128, 64], width: 2, height: 2 }),
    hover: { at: [1, 0], text: 'image: 255' },
    zooms: false,
    logs: false,
  },
  imageGrid: {
    chart: imageGrid({ pixels: [0, 255, 128, 64], width: 2, height: 2, labels: [4] }),
    hover: { at: [1.5, 1.5], text: '255' },
    zooms: false,
    logs: false,
  },
  modelGraph: {
    chart: modelGraph({
      layers: ['input', 'Linear'],
      shapes: [
        ['N', 2],
        ['N', 1],
      ],
      parameters: [0, 3],
    }),
    hover: { at: [0.5, 0.5], text: '' },
    zooms: false,
    logs: false,
  },
};

describe.skipIf(!hasChromium)('a page with', () => {
  let browser: ChartBrowser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  it.each(Object.entries(cases))(
    '%s shows values, zooms, hides and switches to a log axis',
    async (_, one) => {
      const page = await browser.open(one.chart);
      if (one.values) {
        const [name, data] = one.values;
        const series = (await page.option()).series.find((any) => any.name === name);
        expect(series?.data.map(pointOf)).toEqual(data);
      }
      await showsUnderPointer(page, one);
      await zooms(page, one);
      await switchesToLog(page, one);
      if (one.entry) await hides(page, one.entry);
      expect(page.problems).toEqual([]);
      await page.close();
    },
  );

  it('modelGraph names each layer with its shape and parameters', async () => {
    const page = await browser.open(cases.modelGraph!.chart);
    const shown = (await page.texts()).map(({ text }) => text);
    expect(shown).toEqual(['input', '[N, 2]', 'Linear', '[N, 1]  3 params', '3 parameters']);
    expect(page.problems).toEqual([]);
    await page.close();
  });

  it('parallelCoordinates shows the values of the line under the pointer', async () => {
    const columns = { settings: { lr: [1, 2], seed: [1, 2] }, target: [0.5, 0.1], runs: ['a', 'b'] };
    const page = await browser.open(parallelCoordinates(columns, { targetName: 'loss' }));
    const texts = await page.texts();
    const at = (name: string) => texts.find(({ text }) => text === name)!;
    // The line of b lies at the upper ends of both axes.
    const middle = (at('lr').x + at('seed').x) / 2;
    await page.tab.mouse.move(middle, at('2').y + 3);
    await page.tab.mouse.move(middle, at('2').y);
    const shown = async () => (await page.texts()).map(({ text }) => text).join('\n');
    await expect.poll(shown).toContain('b\nlr: 2\nseed: 2\nloss: 0.1');
    expect(page.problems).toEqual([]);
    await page.close();
  });

  it('compareTable holds the cells as text, the best marked', async () => {
    const columns = { runs: ['a', 'b'], settings: { lr: [1, 2] }, metrics: { loss: [0.5, 0.1] } };
    const { tab, problems } = await browser.open(compareTable(columns));
    expect(await tab.locator('th').allTextContents()).toEqual(['run', 'lr', 'loss']);
    expect(await tab.locator('tbody tr').allTextContents()).toEqual(['b20.1', 'a10.5']);
    expect(await tab.locator('.best').allTextContents()).toContain('0.1');
    expect(problems).toEqual([]);
    await tab.close();
  });

  it('100,000 points draws what follows the pointer apart from them, and lines by pixels', async () => {
    const many = Array.from({ length: 100_000 }, (_, i) => i);
    const losses = many.map((i) => Math.exp(-i / 2e4) + 0.1 * Math.sin(i));
    const page = await browser.open(
      trainingCurves({ step: many, train: { loss: losses } }, { maxPoints: many.length, best: false }),
    );
    const [line] = (await page.option()).series;
    expect(line).toMatchObject({ sampling: 'minmax', zlevel: -1 });
    expect(line!.data).toHaveLength(many.length);
    await page.tab.mouse.move(...(await page.pixelOf([50_000, losses[50_000]!])));
    await expect
      .poll(async () => (await page.texts()).map(({ text }) => text).join())
      .toMatch(/step: \d+,train: /);
    expect(await page.tab.locator('#chart canvas').count()).toBe(2);
    const shown = (await page.texts()).map(({ text }) => text);
    const step = Number(shown.find((text) => text.startsWith('step: '))!.slice(6));
    expect(shown).toContain(`train: ${Number(losses[step]!.toPrecision(6))}`);
    await page.close();
  });
});

function pointOf(point: number | null | { readonly value?: unknown }): unknown {
  return typeof point === 'object' && point !== null && 'value' in point ? point.value : point;
}

async function showsUnderPointer(page: ChartPage, { hover }: Case): Promise<void> {
  const [left, top] = await page.pixelOf(hover.at);
  await page.tab.mouse.move(left + 1, top + 1);
  const shown = async () =>
    [await page.tab.textContent('#readout'), ...(await page.texts()).map(({ text }) => text)].join('\n');
  await expect.poll(shown).toContain(hover.text);
}

async function zooms(page: ChartPage, { zooms: isZoomed, hover }: Case): Promise<void> {
  const zoom = async () => (await page.option()).dataZoom?.[0];
  expect(await zoom()).toEqual(isZoomed ? expect.objectContaining({ start: 0, end: 100 }) : undefined);
  expect(await page.tab.isVisible('#reset')).toBe(isZoomed);
  if (!isZoomed) return;
  await page.tab.mouse.move(...(await page.pixelOf(hover.at)));
  await page.tab.mouse.wheel(0, -400);
  await expect.poll(async () => (await zoom())!.end - (await zoom())!.start).toBeLessThan(100);
  await page.tab.click('#reset');
  expect(await zoom()).toMatchObject({ start: 0, end: 100 });
}

async function switchesToLog(page: ChartPage, { logs }: Case): Promise<void> {
  expect(await page.tab.isVisible('#log')).toBe(logs);
  if (!logs) return;
  const types = async () => (await page.option()).yAxis.map(({ type }) => type);
  const before = await types();
  await page.tab.click('#log');
  const other = before.includes('log') ? 'value' : 'log';
  expect(await types()).toEqual(before.map(() => other));
  expect(await page.tab.getAttribute('#log', 'aria-pressed')).toBe(String(other === 'log'));
  await page.tab.click('#log');
  expect(await types()).toEqual(before);
}

async function hides(page: ChartPage, entry: string): Promise<void> {
  const selected = async () =>
    (await page.option()).legend.map((legend) => legend.selected[entry]).find((one) => one !== undefined);
  const place = (await page.texts()).find(({ text }) => text === entry)!;
  for (const expected of [false, true]) {
    await page.tab.mouse.click(place.x + 3, place.y + 8);
    await expect.poll(selected).toBe(expected);
  }
}
