import type {
  GraphicComponentOption,
  GridComponentOption,
  SeriesOption,
  VisualMapComponentOption,
  XAXisComponentOption,
  YAXisComponentOption,
} from 'echarts';
import type { ChartOption } from '../option.ts';
import { fieldImage } from '../raster/field-image.ts';
import type { Theme } from '../theme/theme.ts';
import { colorBar, colorBarWidth } from './color-bar.ts';
import { addGraph } from './graph.ts';
import { type Bounds, gridLayout } from './grid-layout.ts';
import { applyTheme, cellColors } from './series.ts';

/** The parts of an ECharts option that a picture's panels add to, in their order. */
export interface Parts {
  readonly grid: GridComponentOption[];
  readonly xAxis: XAXisComponentOption[];
  readonly yAxis: YAXisComponentOption[];
  readonly series: SeriesOption[];
  readonly graphic: GraphicElement[];
  readonly visualMap: VisualMapComponentOption[];
}

/** A shape, a text or an image in pixels. */
export type GraphicElement = NonNullable<
  Extract<GraphicComponentOption, { elements?: unknown }>['elements']
>[number];

/** Adds a chart inside of `room` to the parts: a grid, its axes, series, and a colour bar where one is shown. */
export function addPanel(
  parts: Parts,
  option: ChartOption,
  room: Bounds,
  theme: Theme,
  exactFields: boolean,
): void {
  const { visualMap } = option;
  const colors = visualMap ? cellColors(visualMap.inRange.color, theme) : [];
  const bar = visualMap?.show ? colorBarWidth(visualMap, room) : 0;
  const { grid, xAxis, yAxes, box, x, y } = gridLayout(option, { ...room, right: room.right - bar }, theme);
  const gridIndex = parts.grid.length;
  const xAxisIndex = parts.xAxis.length;
  const firstYAxis = parts.yAxis.length;
  parts.grid.push(grid);
  parts.xAxis.push({ ...xAxis, gridIndex });
  parts.yAxis.push(...yAxes.map((axis) => ({ ...axis, gridIndex })));

  const heatmaps: number[] = [];
  const columns = option.xAxis.type === 'category' ? option.xAxis.data.length : 1;
  const cells = visualMap ? { ...visualMap, colors, side: (box.right - box.left) / columns } : undefined;
  for (const series of option.series) {
    if (series.type === 'field') {
      if (!visualMap || !x || !y || series.data.length === 0) continue;
      const [width, height] = [box.right - box.left, box.bottom - box.top];
      const image = fieldImage(series, { x, y, ...visualMap, colors }, [width, height], exactFields);
      parts.graphic.push({
        type: 'image',
        silent: true,
        z: -1,
        style: { image, x: box.left, y: box.top, width, height },
      });
      continue;
    }
    if (series.type === 'graph') {
      addGraph(parts, series, box, { xAxisIndex, yAxisIndex: firstYAxis }, theme);
      continue;
    }
    if (series.type === 'heatmap') heatmaps.push(parts.series.length);
    const yAxisIndex = firstYAxis + ('yAxisIndex' in series ? (series.yAxisIndex ?? 0) : 0);
    parts.series.push({ ...applyTheme(series, theme, cells), xAxisIndex, yAxisIndex } as SeriesOption);
  }
  if (!visualMap) return;
  if (heatmaps.length > 0) {
    const { min, max } = visualMap;
    parts.visualMap.push({
      type: 'continuous',
      show: false,
      min,
      max,
      inRange: { color: colors },
      seriesIndex: heatmaps,
    });
  }
  if (bar > 0) colorBar(parts, visualMap, colors, box, theme);
}
