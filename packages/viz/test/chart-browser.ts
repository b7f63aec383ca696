import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { renderHtml } from '../src/html/render-html.ts';
import type { Chart } from '../src/index.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));

export const hasChromium = executablePath !== undefined;

/** Chromium, in which charts are opened as the pages that `renderHtml` writes. */
export interface ChartBrowser {
  open(chart: Chart): Promise<ChartPage>;
  close(): Promise<void>;
}

export async function openBrowser(): Promise<ChartBrowser> {
  const browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  const folder = mkdtempSync(join(tmpdir(), 'kindling-viz-'));
  return {
    async open(chart) {
      const file = join(folder, 'chart.html');
      writeFileSync(file, renderHtml(chart));
      const page = new ChartPage(await browser.newPage({ viewport: { width: 1100, height: 640 } }));
      await page.tab.goto(pathToFileURL(file).href);
      return page;
    },
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A text on the canvas, and the pixel of the window at which its line is centred. */
export interface ShownText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export class ChartPage {
  readonly tab: Page;
  /** Everything that the page complains about, and every address beyond the file that it asks for. */
  readonly problems: string[] = [];

  constructor(tab: Page) {
    this.tab = tab;
    tab.on('console', (message) => this.problems.push(message.text()));
    tab.on('pageerror', (error) => this.problems.push(String(error)));
    tab.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) this.problems.push(request.url());
    });
  }

  /** What the chart holds now. */
  option(): Promise<PageOption> {
    return this.tab.evaluate(() => {
      const { echarts, document } = globalThis as unknown as BrowserGlobals;
      return echarts.getInstanceByDom(document.getElementById('chart')).getOption();
    });
  }

  /** Where a value is in the window. */
  pixelOf(
    point: readonly [x: number | string, y: number | string],
    gridIndex = 0,
  ): Promise<[number, number]> {
    return this.tab.evaluate(
      ({ point, gridIndex }) => {
        const { echarts, document } = globalThis as unknown as BrowserGlobals;
        const element = document.getElementById('chart');
        const [x, y] = echarts.getInstanceByDom(element).convertToPixel({ gridIndex }, point);
        const { left, top } = element.getBoundingClientRect();
        return [x + left, y + top] as [number, number];
      },
      { point, gridIndex },
    );
  }

  /** All texts on the canvas, tooltips among them. */
  texts(): Promise<ShownText[]> {
    return this.tab.evaluate(() => {
      const { echarts, document } = globalThis as unknown as BrowserGlobals;
      const element = document.getElementById('chart');
      const { left, top } = element.getBoundingClientRect();
      const { storage } = echarts.getInstanceByDom(element).getZr();
      return storage.getDisplayList(true).flatMap(({ style, transform, parent }) => {
        const [, , , , x = 0, y = 0] = parent?.transform ?? transform ?? [];
        return style?.text === undefined ? [] : [{ text: style.text, x: x + left, y: y + top }];
      });
    });
  }

  close(): Promise<void> {
    return this.tab.close();
  }
}

export interface PageOption {
  readonly dataZoom?: readonly { readonly start: number; readonly end: number }[];
  readonly yAxis: readonly { readonly type: string }[];
  readonly legend: readonly { readonly selected: Readonly<Record<string, boolean>> }[];
  readonly series: readonly {
    readonly type: string;
    readonly name: string;
    readonly data: readonly (number | null | { readonly value?: unknown })[];
  }[];
}

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
      getOption(): PageOption;
      getZr(): { storage: { getDisplayList(update: boolean): Displayed[] } };
      convertToPixel(finder: object, value: readonly (number | string)[]): [number, number];
    };
  };
}
