import type { EChartsOption, XAXisComponentOption, YAXisComponentOption } from 'echarts';
import { axisValues, type Scale, scaleOf } from '../axes/scale.ts';
import type { Axis, CategoryAxis, ChartOption } from '../option.ts';
import { drawable, shorten } from '../text/glyph.ts';
import type { Theme } from '../theme/theme.ts';
import { columnsIn, fontFamily, fontSizes, textWidth } from './text-width.ts';

/** Where the plot may lie, in pixels. */
export interface Room {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A number axis with its scale, or a category axis with none. */
interface Measured {
  readonly axis: Axis;
  readonly scale: Scale | undefined;
  /** Pixels of the widest tick label; 0 for an axis that is not shown. */
  readonly labelWidth: number;
}

const gap = { labels: 8, name: 13 } as const;
const lineHeight = 16;
/** Pixels that an axis name may be longer than its axis: there is that much room beside a small plot. */
const nameOverhang = 60;
const pixelsPerTick = { across: 90, up: 48 } as const;

/** The grid and its axes, laid out so that tick labels and axis names fit inside `room`. */
export function frame(
  option: ChartOption,
  room: Room,
  theme: Theme,
): Pick<EChartsOption, 'grid' | 'xAxis' | 'yAxis'> {
  const bottom = room.bottom - (isShown(option.xAxis) ? gap.labels + lineHeight : 0) - nameRoom(option.xAxis);
  const upTicks = Math.max(2, Math.round((bottom - room.top) / pixelsPerTick.up));
  const sides = option.yAxis.map((axis, side) => measured(axis, option, side === 0 ? 0 : 1, upTicks));
  const [left = 0, right = 0] = sides.map(
    ({ axis, labelWidth }) => (labelWidth > 0 ? labelWidth + gap.labels : 0) + nameRoom(axis),
  );
  const acrossTicks = Math.max(2, Math.round((room.right - room.left - left - right) / pixelsPerTick.across));
  const across = measured(option.xAxis, option, 'x', acrossTicks);
  const box = {
    left: Math.round(room.left + left),
    right: Math.round(room.right - Math.max(right, across.scale ? across.labelWidth / 2 : 0)),
    top: room.top,
    bottom,
  };
  const grid = squareCells(option, box);
  return {
    grid: {
      left: grid.left,
      top: grid.top,
      width: Math.max(1, grid.right - grid.left),
      height: Math.max(1, grid.bottom - grid.top),
      outerBoundsMode: 'none',
    },
    xAxis: {
      ...axisOption(across, theme, grid.right - grid.left),
      nameGap: gap.labels + lineHeight + gap.name - 4,
      splitLine: { show: across.scale !== undefined, lineStyle: { color: theme.gridLine } },
    } as XAXisComponentOption,
    yAxis: sides.map(
      (side, index) =>
        ({
          ...axisOption(side, theme, grid.bottom - grid.top),
          position: index === 0 ? 'left' : 'right',
          nameRotate: 90,
          nameGap: (side.labelWidth > 0 ? gap.labels + side.labelWidth : 0) + gap.name,
          splitLine: { show: side.scale !== undefined && index === 0, lineStyle: { color: theme.gridLine } },
        }) as YAXisComponentOption,
    ),
  };
}

function measured(axis: Axis, option: ChartOption, which: 'x' | 0 | 1, ticks: number): Measured {
  if (axis.type === 'category') {
    const longest = isShown(axis)
      ? Math.max(0, ...axis.data.map((name) => textWidth(name, fontSizes.text)))
      : 0;
    return { axis, scale: undefined, labelWidth: Math.min(longest, 160) };
  }
  const scale = scaleOf(axis, axisValues(option, which), ticks);
  const labelWidth = Math.max(0, ...scale.ticks.map((tick) => textWidth(scale.label(tick), fontSizes.text)));
  return { axis, scale, labelWidth };
}

function axisOption({ axis, scale, labelWidth }: Measured, theme: Theme, length: number) {
  const line = { color: theme.axisLine };
  const base = {
    name: axis.name ? shorten(drawable(axis.name), columnsIn(length + nameOverhang, fontSizes.text)) : '',
    nameLocation: 'middle',
    nameMoveOverlap: false,
    nameTextStyle: { fontFamily, fontSize: fontSizes.text, color: theme.mutedText },
    axisLine: { show: true, onZero: false, lineStyle: line },
  };
  const label = { fontFamily, fontSize: fontSizes.text, color: theme.mutedText, margin: gap.labels };
  if (!scale || axis.type === 'category') {
    const { data, inverse = false, show = true } = axis as CategoryAxis;
    const columns = columnsIn(Math.max(labelWidth, 24), fontSizes.text);
    return {
      ...base,
      type: 'category',
      data,
      inverse,
      show,
      axisTick: { show: false },
      axisLabel: { ...label, formatter: (name: string) => shorten(drawable(name), columns) },
    };
  }
  const ticks = [...scale.ticks];
  return {
    ...base,
    type: axis.type,
    min: scale.min,
    max: scale.max,
    // The ticks are given: ECharts would look for an interval of its own, which it does not find among very small and very large numbers.
    ...(axis.type === 'value' ? { interval: scale.max - scale.min } : {}),
    axisTick: { show: true, length: 4, lineStyle: line, customValues: ticks },
    axisLabel: { ...label, customValues: ticks, formatter: (value: number) => scale.label(value) },
  };
}

function isShown(axis: Axis): boolean {
  return axis.type !== 'category' || axis.show !== false;
}

function nameRoom(axis: Axis): number {
  return axis.name && isShown(axis) ? lineHeight + gap.name : 0;
}

/** The cells of a heat map are squares of whole pixels, so that no seam shows between them. */
function squareCells(option: ChartOption, box: Room): Room {
  const [yAxis] = option.yAxis;
  const isHeatmap = option.series.some(({ type }) => type === 'heatmap');
  if (!isHeatmap || option.xAxis.type !== 'category' || yAxis.type !== 'category') return box;
  const columns = option.xAxis.data.length;
  const rows = yAxis.data.length;
  const side = Math.max(
    1,
    Math.floor(Math.min((box.right - box.left) / columns, (box.bottom - box.top) / rows)),
  );
  const left = Math.round(box.left + (box.right - box.left - side * columns) / 2);
  const top = Math.round(box.top);
  return { left, top, right: left + side * columns, bottom: top + side * rows };
}
