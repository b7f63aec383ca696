import type { EChartsOption } from 'echarts';
import type { Chart, ChartOption } from '../option.ts';
import { type Theme, type ThemeName, themes } from '../theme/theme.ts';
import type { Bounds } from './grid-layout.ts';
import { heading } from './heading.ts';
import { addPanel, type Parts } from './panel.ts';
import { type ParallelParts, parallelLayout } from './parallel-layout.ts';
import { tableElements } from './table-elements.ts';
import { fontFamily, fontSizes } from './text-width.ts';

export interface RenderOptions {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Default `light`. */
  readonly theme?: ThemeName | Theme;
  /**
   * Resolution of the images of `field` series. `cells`: a pixel a cell, enlarged without smoothing where the renderer
   * has a setting for that (SVG). `pixels`: as large as they are shown, for a canvas, which smooths what it enlarges. Default
   * `pixels`.
   */
  readonly fields?: 'cells' | 'pixels';
}

const margin = 16;
const panelGap = 20;

/**
 * The chart as ECharts draws it at a size and in a theme: colours, fonts, room for title, notes, legend and axis names
 * so that none covers another, and the ticks and labels that the terminal has. It takes nothing but types from ECharts,
 * so a page can hand the result to its own `chart.setOption`.
 */
export function toEChartsOption(
  chart: Chart,
  { width, height, theme = 'light', fields = 'pixels' }: RenderOptions,
): EChartsOption {
  const colors = typeof theme === 'string' ? themes[theme] : theme;
  const head = heading(chart, { left: 0, top: 0, width, height, margin }, colors);
  const room = { left: margin, right: width - margin, top: head.bottom + 12, bottom: height - margin + 4 };
  /** A plot begins in the picture also where texts have taken all of its room: what draws SVG as pixels may end at a clip beyond. */
  const inPicture = <P extends { left?: unknown; top?: unknown }>(plot: P): P => ({
    ...plot,
    left: Math.min(Number(plot.left), width - 1),
    top: Math.min(Number(plot.top), height - 1),
  });
  const parts: Parts = { grid: [], xAxis: [], yAxis: [], series: [], graphic: [], visualMap: [] };
  const titles = head.title ? [head.title] : [];
  let parallel: ParallelParts | undefined;
  if ('parallelAxis' in chart) {
    parallel = parallelLayout(chart, room, colors);
  } else if ('table' in chart) {
    parts.graphic.push(...tableElements(chart, room, colors));
  } else if ('panels' in chart) {
    const rooms = panelRooms(chart.panels, chart.columns, room).map(([panel, place]) => {
      const size = { width: place.right - place.left, height: place.bottom - place.top };
      return {
        panel,
        place,
        own: heading(panel, { ...size, left: place.left, top: place.top, margin: 0 }, colors),
      };
    });
    for (const { panel, place, own } of rooms) {
      // Panels beside each other begin at one height, whatever stands above each.
      const beside = rooms.filter((other) => other.place.top === place.top);
      const top = Math.max(...beside.map((other) => other.own.bottom + (other.own.title ? 2 : 0)));
      if (own.title) {
        titles.push({ ...own.title, textStyle: { ...own.title.textStyle, fontSize: fontSizes.panel } });
      }
      addPanel(parts, panel, { ...place, top }, colors, fields === 'pixels');
    }
  } else {
    addPanel(parts, chart, room, colors, fields === 'pixels');
  }
  return {
    animation: false,
    backgroundColor: colors.background,
    textStyle: { fontFamily, fontSize: fontSizes.text, color: colors.text },
    ...(titles.length > 0 ? { title: titles } : {}),
    legend: head.legend,
    grid: parts.grid.map(inPicture),
    xAxis: parts.xAxis,
    yAxis: parts.yAxis,
    series: parts.series,
    ...parallel,
    ...(parallel ? { parallel: parallel.parallel.map(inPicture) } : {}),
    ...(parts.graphic.length > 0 ? { graphic: { elements: parts.graphic } } : {}),
    ...(parts.visualMap.length > 0 ? { visualMap: parts.visualMap } : {}),
  } as EChartsOption;
}

/** Equal places for the panels, row by row. */
function panelRooms(
  panels: readonly ChartOption[],
  columns: number,
  room: Bounds,
): (readonly [ChartOption, Bounds])[] {
  const across = Math.max(1, Math.min(columns, panels.length));
  const rows = Math.ceil(panels.length / across);
  const width = (room.right - room.left - (across - 1) * panelGap) / across;
  const height = (room.bottom - room.top - (rows - 1) * panelGap) / Math.max(1, rows);
  return panels.map((panel, index) => {
    const left = Math.round(room.left + (index % across) * (width + panelGap));
    const top = Math.round(room.top + Math.floor(index / across) * (height + panelGap));
    return [panel, { left, top, right: Math.round(left + width), bottom: Math.round(top + height) }];
  });
}
