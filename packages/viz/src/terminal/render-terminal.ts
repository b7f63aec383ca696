import { allSeries } from '../echarts/heading.ts';
import { cellColors } from '../echarts/series.ts';
import type { Chart, ChartOption, FigureOption } from '../option.ts';
import { type ThemeName, themes } from '../theme/theme.ts';
import { bars } from './bars.ts';
import { colorKey } from './color-key.ts';
import type { ColorFill } from './field.ts';
import { graph } from './graph.ts';
import { fitting, head, writeRows } from './head.ts';
import { heatmap } from './heatmap.ts';
import { imageField } from './image.ts';
import { matrix } from './matrix.ts';
import { parallel } from './parallel.ts';
import { plot, type Space } from './plot.ts';
import { type SeriesStyle, seriesStyles } from './series-style.ts';
import { table } from './table.ts';
import type { Colors } from './terminal-color.ts';
import { TextGrid } from './text-grid.ts';

export interface TerminalOptions {
  /** Columns that no line exceeds. Default 80. */
  readonly width?: number;
  /** Most lines; a plot takes them all, few bars take fewer. Default 20. */
  readonly height?: number;
  /**
   * Colours of the terminal: `true` or 256, 16, or 16777216 (true colour). Default false: only the caller knows where
   * the text goes.
   */
  readonly color?: boolean | 16 | 256 | 16777216;
  /** Colours of areas, such as the cells of a confusion matrix. Default `dark`. */
  readonly theme?: ThemeName;
}

/** Share of the height that title, notes and legend leave to the plot. */
const plotShare = 0.6;
const fewest = { plotColumns: 34, plotRows: 9, imageColumns: 14, imageRows: 9 } as const;
const panelGap = 2;

/**
 * The chart as lines of text: curves and points in Braille dots, bars and images in blocks, axes in box-drawing
 * characters. Without colour each series but the first is drawn with a letter of its own. A small page loses notes,
 * names and labels before it loses the curve, and a figure the last of its panels (it says how many).
 *
 * @returns lines joined by line feeds, none at the end
 * @throws {RangeError} for a size that is not of positive integers, or another number of colours
 */
export function renderTerminal(chart: Chart, options: TerminalOptions = {}): string {
  const { width = 80, height = 20, color = false, theme = 'dark' } = options;
  for (const size of [width, height]) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`renderTerminal: expected a size of positive integers, got ${width} × ${height}`);
    }
  }
  const colors: Colors = color === true ? 256 : color === false ? 0 : color;
  if (![0, 16, 256, 16777216].includes(colors)) {
    throw new RangeError(
      `renderTerminal: expected color to be true, false, 16, 256 or 16777216, got ${color}`,
    );
  }
  const page = new TextGrid(width, height);
  const styles = seriesStyles(allSeries(chart), colors > 0, width * height);
  if ('panels' in chart) drawFigure(page, chart, height, styles, colors, theme);
  else if ('parallelAxis' in chart) parallel(page, spaceBelowHead(page, chart, height), chart, colors > 0);
  else if ('table' in chart) table(page, spaceBelowHead(page, chart, height), chart, colors > 0);
  else drawChart(page, chart, height, styles, colors, theme);
  return page.lines(colors).join('\n').trimEnd();
}

/** Writes title and notes; the rows that they leave. */
function spaceBelowHead(page: TextGrid, chart: Chart, height: number): Space {
  const rows = fitting(head(chart, [], page.columns, []), height, Math.ceil(plotShare * height));
  writeRows(page, rows);
  return { top: rows.length, bottom: height };
}

function drawChart(
  page: TextGrid,
  option: ChartOption,
  height: number,
  styles: readonly (SeriesStyle | undefined)[],
  colors: Colors,
  theme: ThemeName,
): void {
  const { visualMap } = option;
  const ramp = visualMap && colors ? cellColors(visualMap.inRange.color, themes[theme]) : undefined;
  const fill: ColorFill = { colors: ramp };
  const top = fitting(
    head(option, styles, page.columns, visualMap?.show ? [colorKey(visualMap, fill)] : []),
    height,
    Math.ceil(plotShare * height),
  );
  writeRows(page, top);
  const space: Space = { top: top.length, bottom: height };
  if (graph(page, space, option)) return;
  if (matrix(page, space, option, fill) || imageField(page, space, option, fill)) return;
  if (heatmap(page, space, option, fill) || bars(page, space, option)) return;
  plot(page, space, option, styles, fill);
}

function drawFigure(
  page: TextGrid,
  figure: FigureOption,
  height: number,
  styles: readonly (SeriesStyle | undefined)[],
  colors: Colors,
  theme: ThemeName,
): void {
  const isImages = figure.panels.every(
    ({ series, xAxis }) =>
      series.some(({ type }) => type === 'field') && xAxis.type !== 'category' && xAxis.labels === 'none',
  );
  const [least, leastRows] = isImages
    ? [fewest.imageColumns, fewest.imageRows]
    : [fewest.plotColumns, fewest.plotRows];
  const rows = fitting(head(figure, styles, page.columns, []), height, Math.ceil(plotShare * height));
  writeRows(page, rows);
  const fitAcross = Math.max(1, Math.floor((page.columns + panelGap) / (least + panelGap)));
  const across = Math.max(1, Math.min(figure.columns, figure.panels.length, fitAcross));
  const room = height - rows.length - 1;
  const down = Math.max(1, Math.min(Math.ceil(figure.panels.length / across), Math.floor(room / leastRows)));
  const missing = figure.panels.length - across * down;
  const panelRows = Math.max(1, Math.floor((missing > 0 ? room : room + 1) / down));
  const panelColumns = Math.max(1, Math.floor((page.columns - (across - 1) * panelGap) / across));
  let first = 0;
  let end = rows.length;
  for (const [i, panel] of figure.panels.entries()) {
    const own = styles.slice(first, first + panel.series.length);
    first += panel.series.length;
    if (i >= across * down) break;
    const part = new TextGrid(panelColumns, panelRows);
    drawChart(part, panel, panelRows, own, colors, theme);
    const row = rows.length + Math.floor(i / across) * panelRows;
    page.place(part, row, (i % across) * (panelColumns + panelGap));
    end = row + panelRows;
  }
  if (missing > 0) page.write(end, 0, `… ${missing} more`, { faint: true });
}
