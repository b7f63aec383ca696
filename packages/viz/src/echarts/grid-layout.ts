import type { GridComponentOption, XAXisComponentOption, YAXisComponentOption } from 'echarts';
import { axisValues, type Scale, scaleOf } from '../axes/scale.ts';
import type { Axis, CategoryAxis, ChartOption } from '../option.ts';
import { drawable, shorten } from '../text/glyph.ts';
import { type Theme, themed } from '../theme/theme.ts';
import { columnsIn, fontFamily, fontSizes, textWidth } from './text-width.ts';

/** Where the plot may lie, in pixels. */
export interface Bounds {
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
/** Pixels of a category's label, and of one that is tilted; what is longer is shortened. */
const maxLabelWidth = 160;
const maxTiltedWidth = 110;
const maxTilted = 40;
/** Pixels between the lines of tilted labels. */
const tiltedHeight = 12;
const pixelsPerTick = { x: 90, y: 48 } as const;

/** A grid with its axes, the rectangle inside them, and the scales of number axes. */
export interface GridLayout {
  readonly grid: GridComponentOption;
  readonly xAxis: XAXisComponentOption;
  readonly yAxes: readonly YAXisComponentOption[];
  readonly box: Bounds;
  readonly x: Scale | undefined;
  readonly y: Scale | undefined;
}

/** The grid and its axes, laid out so that tick labels and axis names fit inside `room`. */
export function gridLayout(option: ChartOption, room: Bounds, theme: Theme): GridLayout {
  const tilt = labelTilt(option, room);
  const labelHeight = tilt > 0 ? Math.ceil(Math.SQRT1_2 * (tilt + lineHeight)) : lineHeight;
  const bottom =
    room.bottom - (hasLabels(option.xAxis) ? gap.labels + labelHeight : 0) - nameRoom(option.xAxis, 'x');
  const yTicks = Math.max(2, Math.round((bottom - room.top) / pixelsPerTick.y));
  const sides = option.yAxis.map((axis, side) => measured(axis, option, side === 0 ? 0 : 1, yTicks));
  const [left = 0, right = 0] = sides.map(
    ({ axis, labelWidth }) => (labelWidth > 0 ? labelWidth + gap.labels : 0) + nameRoom(axis, 'y'),
  );
  const xTicks = Math.max(2, Math.round((room.right - room.left - left - right) / pixelsPerTick.x));
  const x = measured(option.xAxis, option, 'x', xTicks);
  const outer = {
    left: Math.round(room.left + left),
    right: Math.round(
      room.right - Math.max(right, x.scale && hasLabels(option.xAxis) ? x.labelWidth / 2 : 0),
    ),
    top: room.top,
    bottom,
  };
  const box = squareCells(option, outer);
  const hasField = option.series.some(({ type }) => type === 'field');
  const xAxis = axisOption(x, theme, hasLabels(option.xAxis) ? box.right - box.left : room.right - room.left);
  return {
    grid: gridIn(box),
    xAxis: {
      ...xAxis,
      axisLabel: {
        ...xAxis.axisLabel,
        ...(tilt > 0
          ? { rotate: 45, interval: skippedLabels(option.xAxis, box), formatter: labelShortener(tilt) }
          : {}),
      },
      nameGap: hasLabels(option.xAxis) ? gap.labels + labelHeight + gap.name - 4 : 4,
      splitLine: {
        show: x.scale !== undefined && !hasField && hasLabels(option.xAxis),
        lineStyle: { color: theme.gridLine },
      },
    } as XAXisComponentOption,
    yAxes: sides.map(
      (side, index) =>
        ({
          ...axisOption(side, theme, box.bottom - box.top),
          position: index === 0 ? 'left' : 'right',
          nameRotate: 90,
          nameGap: (side.labelWidth > 0 ? gap.labels + side.labelWidth : 0) + gap.name,
          splitLine: {
            show: side.scale !== undefined && index === 0 && !hasField && hasLabels(side.axis),
            lineStyle: { color: theme.gridLine },
          },
        }) as YAXisComponentOption,
    ),
    box,
    x: x.scale,
    y: sides[0]?.scale,
  };
}

export function gridIn({ left, right, top, bottom }: Bounds): GridComponentOption {
  return {
    left,
    top,
    width: Math.max(1, right - left),
    height: Math.max(1, bottom - top),
    outerBoundsMode: 'none',
  };
}

function measured(axis: Axis, option: ChartOption, which: 'x' | 0 | 1, ticks: number): Measured {
  if (axis.type === 'category') {
    const longest = hasLabels(axis)
      ? Math.max(0, ...axis.data.map((name) => textWidth(name, fontSizes.text)))
      : 0;
    return { axis, scale: undefined, labelWidth: Math.min(longest, maxLabelWidth) };
  }
  const scale = scaleOf(axis, axisValues(option, which), ticks);
  const labelWidth = hasLabels(axis)
    ? Math.max(0, ...scale.ticks.map((tick) => textWidth(scale.label(tick), fontSizes.text)))
    : 0;
  return { axis, scale, labelWidth };
}

function axisOption({ axis, scale }: Measured, theme: Theme, length: number) {
  const line = { color: theme.axisLine };
  const labels = hasLabels(axis);
  const shortName = labelShortener(length + (labels ? nameOverhang : 0));
  const nameColor = axis.type !== 'category' ? axis.nameTextStyle?.color : undefined;
  const base = {
    name: (axis.name ?? '').split('\n').map(shortName).join('\n'),
    nameLocation: 'middle',
    nameMoveOverlap: false,
    nameTextStyle: {
      fontFamily,
      fontSize: fontSizes.text,
      lineHeight,
      color: nameColor ? themed(nameColor, theme) : theme.mutedText,
    },
    axisLine: { show: labels, onZero: false, lineStyle: line },
  };
  const label = { fontFamily, fontSize: fontSizes.text, color: theme.mutedText, margin: gap.labels };
  if (!scale || axis.type === 'category') {
    const { data, inverse = false, show = true } = axis as CategoryAxis;
    return {
      ...base,
      type: 'category',
      data,
      inverse,
      show,
      axisTick: { show: false },
      axisLabel: { ...label, formatter: labelShortener(maxLabelWidth) },
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
    axisTick: { show: labels, length: 4, lineStyle: line, customValues: ticks },
    axisLabel: {
      ...label,
      show: labels,
      customValues: ticks,
      formatter: (value: number) => scale.label(value),
    },
  };
}

/** The label of a category in so many pixels. */
function labelShortener(pixels: number): (name: string) => string {
  const columns = columnsIn(pixels, fontSizes.text);
  return (name) => {
    const text = drawable(name);
    return textWidth(text, fontSizes.text) <= pixels ? text : shorten(text, columns);
  };
}

/**
 * Pixels of the longest category below the plot where the categories have no room beside each other and are tilted; 0
 * where they lie flat. More than 40 of them lie flat too, and ECharts leaves some out.
 */
function labelTilt({ xAxis, yAxis: [yAxis], series }: ChartOption, room: Bounds): number {
  if (xAxis.type !== 'category' || !hasLabels(xAxis) || xAxis.data.length > maxTilted) return 0;
  const isHeatmap = yAxis.type === 'category' && series.some(({ type }) => type === 'heatmap');
  const share = (room.right - room.left - 60) / Math.max(1, xAxis.data.length);
  const slot = isHeatmap ? Math.min(share, (room.bottom - room.top - 60) / yAxis.data.length) : share;
  const longest = Math.max(0, ...xAxis.data.map((name) => textWidth(name, fontSizes.text)));
  return longest + 4 > slot ? Math.min(longest, maxTiltedWidth) : 0;
}

/** How many tilted labels are left out between two, so that none lies on the next. */
function skippedLabels(axis: Axis, { left, right }: Bounds): number {
  const count = axis.type === 'category' ? axis.data.length : 1;
  return Math.max(0, Math.ceil((Math.SQRT2 * tiltedHeight * count) / Math.max(1, right - left)) - 1);
}

function hasLabels(axis: Axis): boolean {
  return axis.type === 'category' ? axis.show !== false : axis.labels !== 'none';
}

function nameLines({ name }: Axis): number {
  return name ? name.split('\n').length : 0;
}

function nameRoom(axis: Axis, which: 'x' | 'y'): number {
  if (!axis.name || (axis.type === 'category' && axis.show === false)) return 0;
  return hasLabels(axis) || which === 'y' ? lineHeight + gap.name : lineHeight * nameLines(axis) + 6;
}

/** The cells of a heat map are squares of whole pixels, so that no seam shows between them. */
function squareCells(option: ChartOption, box: Bounds): Bounds {
  const cells = cellCounts(option);
  if (!cells) return box;
  const [columns, rows] = cells;
  const side = Math.max(
    1,
    Math.floor(Math.min((box.right - box.left) / columns, (box.bottom - box.top) / rows)),
  );
  // Images larger than their room lose pixels, not their edge.
  if (side * columns > box.right - box.left || side * rows > box.bottom - box.top) {
    const scale = Math.min((box.right - box.left) / columns, (box.bottom - box.top) / rows);
    const [width, height] = [Math.max(1, scale * columns), Math.max(1, scale * rows)];
    const middle = Math.round(box.left + (box.right - box.left - width) / 2);
    return { left: middle, top: Math.round(box.top), right: middle + width, bottom: box.top + height };
  }
  const left = Math.round(box.left + (box.right - box.left - side * columns) / 2);
  const top = Math.round(box.top);
  return { left, top, right: left + side * columns, bottom: top + side * rows };
}

/** Columns and rows of a heat map, or of a field whose axes show nothing: an image. */
function cellCounts({ series, xAxis, yAxis: [yAxis] }: ChartOption): [number, number] | undefined {
  if (xAxis.type === 'category' && yAxis.type === 'category') {
    return series.some(({ type }) => type === 'heatmap') ? [xAxis.data.length, yAxis.data.length] : undefined;
  }
  const field = series.find((one) => one.type === 'field');
  if (!field || hasLabels(xAxis) || hasLabels(yAxis)) return undefined;
  return [field.xEdges.length - 1, field.yEdges.length - 1];
}
