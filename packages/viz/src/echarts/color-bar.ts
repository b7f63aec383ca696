import { scaleOf } from '../axes/scale.ts';
import type { ChartOption, NumberAxis } from '../option.ts';
import type { Theme } from '../theme/theme.ts';
import { type Bounds, gridIn, gridLayout } from './grid-layout.ts';
import type { Parts } from './panel.ts';
import { fontSizes, textWidth } from './text-width.ts';

type VisualMap = NonNullable<ChartOption['visualMap']>;

const gap = { toPlot: 16, labels: 8, name: 13 } as const;
const thickness = 12;
const lineHeight = 16;
const pixelsPerTick = 48;

/** Pixels that the colour bar takes at the right of a plot, its labels and name included. */
export function colorBarWidth(visualMap: VisualMap, { top, bottom }: Bounds): number {
  const { scale } = measuredBar(visualMap, bottom - top);
  const labels = Math.max(0, ...scale.ticks.map((tick) => textWidth(scale.label(tick), fontSizes.text)));
  const name = visualMap.name ? lineHeight + gap.name : 0;
  return Math.ceil(gap.toPlot + thickness + gap.labels + labels + name);
}

/** Adds a bar beside the plot in `box`: the colours from the lowest value up, with ticks and a name. */
export function colorBar(
  parts: Parts,
  visualMap: VisualMap,
  colors: readonly string[],
  box: Bounds,
  theme: Theme,
): void {
  const bar: Bounds = { ...box, left: box.right + gap.toPlot, right: box.right + gap.toPlot + thickness };
  const { axis } = measuredBar(visualMap, box.bottom - box.top);
  const empty: ChartOption = {
    animation: false,
    xAxis: { type: 'category', show: false, data: [''] },
    yAxis: [{ type: 'value', labels: 'none' }, axis],
    series: [],
  };
  const { yAxes } = gridLayout(empty, { ...bar, right: bar.right + 200 }, theme);
  const gridIndex = parts.grid.length;
  parts.grid.push(gridIn(bar));
  parts.xAxis.push({ type: 'category', show: false, data: [''], gridIndex });
  parts.yAxis.push({ ...yAxes[1]!, gridIndex, splitLine: { show: false }, position: 'right' });
  parts.graphic.push({
    type: 'rect',
    silent: true,
    z: -1,
    shape: { x: bar.left, y: bar.top, width: bar.right - bar.left, height: bar.bottom - bar.top },
    style: {
      fill: {
        type: 'linear',
        x: 0,
        y: 1,
        x2: 0,
        y2: 0,
        colorStops: colors.map((color, i) => ({ offset: i / Math.max(1, colors.length - 1), color })),
      },
      stroke: theme.axisLine,
      lineWidth: 1,
    },
  });
}

function measuredBar({ min, max, name }: VisualMap, height: number) {
  const axis: NumberAxis = { type: 'value', min, max, scale: true, ...(name ? { name } : {}) };
  const count = Math.max(2, Math.round(height / pixelsPerTick));
  return { axis, scale: scaleOf(axis, [], count) };
}
