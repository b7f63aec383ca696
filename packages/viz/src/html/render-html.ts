import { type RenderOptions, toEChartsOption } from '../echarts/to-echarts-option.ts';
import type { Chart, ChartOption } from '../option.ts';
import { printable } from '../text/glyph.ts';
import { themes } from '../theme/theme.ts';
import { echartsLibrary } from './echarts-library.ts';
import type { PageData, PageField, PageOption } from './page-data.ts';
import { pageScript } from './page-script.ts';
import { escaped, sourceHash } from './page-text.ts';
import { pageValues } from './page-values.ts';
import { tablePage } from './table-page.ts';

/** Size in pixels that the page has at least, default 960 × 540, and the theme, default `light`. */
export type HtmlOptions = Partial<Omit<RenderOptions, 'fields'>>;

/**
 * The chart as one HTML page: it fills the window; values show under the pointer, the wheel zooms along x, a click on
 * the legend hides a series, and a button makes the y axes logarithmic. A table is one of HTML, without a script. ECharts is in the page (1.1 MB). The page loads
 * nothing, runs no other script (Content-Security-Policy with the hashes of its own) and evaluates no text as code.
 *
 *     writeFileSync('run.html', renderHtml(chart, { theme: 'dark' }))
 *
 * @throws {RangeError} for a size that is not of positive integers
 */
export function renderHtml(chart: Chart, options: HtmlOptions = {}): string {
  const { width = 960, height = 540, theme = 'light' } = options;
  for (const size of [width, height]) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`renderHtml: expected a size of positive integers, got ${width} × ${height}`);
    }
  }
  const colors = typeof theme === 'string' ? themes[theme] : theme;
  if ('table' in chart) return tablePage(chart, colors);
  const option = toEChartsOption(chart, { width, height, theme }) as PageOption;
  const panels = 'panels' in chart ? chart.panels : 'xAxis' in chart ? [chart] : [];
  const data: PageData = {
    option: withTimeAxes(option, panels),
    width,
    height,
    head: Math.min(height - 1, headOf(option)),
    isSquare: panels.some(hasSquareCells),
    fields: fieldsOf(panels),
    colors: { background: colors.background, text: colors.text, line: colors.axisLine },
  };
  // In JSON a `<` may be written so; no text of a chart can then end the script.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  const library = echartsLibrary();
  // Some runners of TypeScript name functions by a helper, which the page does not have.
  const script = `'use strict';const __name=(value)=>value;const page=JSON.parse(document.getElementById('data').textContent);(${pageScript.toString()})(window,window.echarts,page,(${pageValues.toString()})(page));`;
  const style = styleOf(colors);
  const title = printable(chart.title?.text || 'Chart');
  const policy = [
    "default-src 'none'",
    `script-src ${sourceHash(library)} ${sourceHash(script)}`,
    `style-src ${sourceHash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<div id="tools"><button id="log" type="button" aria-pressed="false">log y</button><button id="reset" type="button">reset zoom</button><output id="readout"></output></div>
<div id="chart" role="img" aria-label="${escaped(title)}"></div>
<script type="application/json" id="data">${json}</script>
<script>${library}</script>
<script>${script}</script>
</body>
</html>
`;
}

function styleOf({ background, text, axisLine }: (typeof themes)['light']): string {
  return [
    `html,body{margin:0;background:${background};color:${text};font:12px Helvetica,Arial,sans-serif}`,
    '#tools{box-sizing:border-box;height:40px;padding:8px 16px;display:flex;gap:8px;align-items:center}',
    `button{font:inherit;color:inherit;background:transparent;border:1px solid ${axisLine};border-radius:4px;padding:3px 10px}`,
    `button[aria-pressed=true]{background:${text};color:${background}}`,
    '[hidden]{display:none}',
  ].join('\n');
}

/** The height above the highest plot, or above the titles of the panels. */
function headOf({ grid, parallel = [], title = [] }: PageOption): number {
  const tops = [...[...grid, ...parallel].map(({ top }) => top), ...title.slice(1).map(({ top }) => top)];
  return Math.max(1, Math.min(...tops) - 1);
}

function hasSquareCells({ series, xAxis, yAxis: [yAxis] }: ChartOption): boolean {
  if (series.some(({ type }) => type === 'heatmap'))
    return xAxis.type === 'category' && yAxis.type === 'category';
  return series.some(({ type }) => type === 'field') && xAxis.type !== 'category' && xAxis.labels === 'none';
}

/** Clock axes become time axes of ECharts, which finds the ticks of any zoom. */
function withTimeAxes(option: PageOption, panels: readonly ChartOption[]): PageOption {
  const hasClock = panels.some(({ xAxis }) => xAxis.type !== 'category' && xAxis.labels === 'clock');
  if (!hasClock) return option;
  return {
    ...option,
    xAxis: option.xAxis.map((axis) => (axis.type === 'value' ? { ...axis, type: 'time' } : axis)),
  };
}

function fieldsOf(panels: readonly ChartOption[]): PageField[] {
  let gridIndex = 0;
  return panels.flatMap((panel) => {
    const own = gridIndex;
    gridIndex += panel.visualMap?.show ? 2 : 1;
    return panel.series.flatMap((series) =>
      series.type === 'field'
        ? {
            gridIndex: own,
            name: series.name,
            xName: nameOf(panel.xAxis),
            yName: nameOf(panel.yAxis[0]),
            xEdges: series.xEdges,
            yEdges: series.yEdges,
            data: series.data,
          }
        : [],
    );
  });
}

function nameOf(axis: ChartOption['xAxis']): string {
  return axis.type !== 'category' && axis.labels === 'none' ? '' : (axis.name ?? '');
}
