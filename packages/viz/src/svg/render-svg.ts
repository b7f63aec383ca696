import * as charts from 'echarts/charts';
import * as components from 'echarts/components';
import { init, use } from 'echarts/core';
import * as renderers from 'echarts/renderers';
import { type RenderOptions, toEChartsOption } from '../echarts/to-echarts-option.ts';
import type { Chart, ChartOption } from '../option.ts';
import { printable } from '../text/glyph.ts';
import { standalone } from './standalone.ts';

const parts = [
  charts.BarChart,
  charts.HeatmapChart,
  charts.LineChart,
  charts.LinesChart,
  charts.ParallelChart,
  charts.ScatterChart,
  components.GraphicComponent,
  components.GridComponent,
  components.LegendComponent,
  components.ParallelComponent,
  components.TitleComponent,
  components.VisualMapComponent,
  renderers.SVGRenderer,
];
// An import map has ECharts in one file, in which all parts are in use and none has a name.
use(parts.filter((part) => part !== undefined));

export type SvgOptions = Partial<Omit<RenderOptions, 'fields'>>;

/**
 * The chart as an SVG document, drawn without a DOM. The same option at the same size gives the same bytes, and ids
 * that no other chart has, so that several may stand in one page.
 *
 * @param options pixels, default 800 × 450, and the theme, default `light`
 * @throws RangeError for a size that is not of positive integers
 */
export function renderSvg(option: Chart, options: SvgOptions = {}): string {
  const { width = 800, height = 450, theme = 'light' } = options;
  for (const size of [width, height]) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`renderSvg: expected a size of positive integers, got ${width} × ${height}`);
    }
  }
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(toEChartsOption(option, { width, height, theme, fields: 'cells' }));
    return standalone(chart.renderToSVGString(), labelOf(option));
  } finally {
    chart.dispose();
  }
}

function labelOf(chart: Chart): string {
  return printable(chart.title?.text || [...new Set(contentsOf(chart))].join(', '));
}

function contentsOf(chart: Chart): readonly string[] {
  if ('panels' in chart) return chart.panels.map(axesOf);
  if ('table' in chart) return chart.table.columns.map(({ name }) => name);
  return 'parallelAxis' in chart ? chart.parallelAxis.map(({ name }) => name ?? 'values') : [axesOf(chart)];
}

function axesOf({ title, xAxis, yAxis }: ChartOption): string {
  return (
    title?.text ||
    `${yAxis.map(({ name }) => name ?? 'values').join(' and ')} over ${xAxis.name ?? 'categories'}`
  );
}
