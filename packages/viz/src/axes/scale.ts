import { isDrawable, isLogDrawable } from '../columns/column.ts';
import type { ChartOption, NumberAxis, Point, Series } from '../option.ts';
import { clockLabel, clockTicks } from './clock.ts';
import { tickLabel } from './number-label.ts';
import { linearDomain, linearTicks, logDomain, logTicks, niceStep } from './ticks.ts';

/** Below this, a float64 has too few digits left to be divided into steps. */
const SMALLEST_SPAN = 1e-300;

/** An axis of numbers as every output draws it: the same span, the same ticks, the same labels. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
  label(value: number): string;
  /** 0 at `min`, 1 at `max`; NaN for a value that has no place on the axis. */
  position(value: number): number;
}

/** The scale of an axis over the values drawn on it, with about `count` ticks. */
export function scaleOf(axis: NumberAxis, values: Iterable<number>, count: number): Scale {
  return axis.type === 'log' ? logScale(axis, values, count) : linearScale(axis, values, count);
}

/** All x values of an option, or the y values of one of its y axes. A bar stands on 0, which counts as a value. */
export function* axisValues(option: ChartOption, which: 'x' | 0 | 1): Generator<number> {
  for (const series of option.series) {
    if (which !== 'x' && yAxisIndex(series) !== which) continue;
    if (series.type === 'field') {
      const edges = which === 'x' ? series.xEdges : series.yEdges;
      if (edges.length > 0) yield* [edges[0]!, edges.at(-1)!];
    } else if (series.type === 'line' && series.areaStyle && which !== 'x') {
      yield 0;
      yield* yValues(series.data);
    } else if (series.type === 'bar') {
      if (which === 'x') continue;
      yield 0;
      for (const { value } of series.data) if (value !== null) yield value;
    } else if (series.type === 'line' || series.type === 'scatter') {
      yield* which === 'x' ? xValues(series.data) : yValues(series.data);
    }
  }
}

export function yAxisIndex(series: Series): 0 | 1 {
  return 'yAxisIndex' in series ? (series.yAxisIndex ?? 0) : 0;
}

function* xValues(data: Point[]): Generator<number> {
  for (const [x] of data) yield x;
}

function* yValues(data: Point[]): Generator<number> {
  for (const [, y] of data) if (y !== null) yield y;
}

function linearScale(axis: NumberAxis, values: Iterable<number>, count: number): Scale {
  let [min, max] = span(values, isDrawable) ?? [0, 1];
  const tightMin = axis.min !== undefined;
  const tightMax = axis.max !== undefined;
  if (!axis.scale && !tightMin) min = Math.min(min, 0);
  if (!axis.scale && !tightMax) max = Math.max(max, 0);
  if (typeof axis.min === 'number') min = axis.min;
  if (typeof axis.max === 'number') max = axis.max;
  if (!(max - min > SMALLEST_SPAN)) [min, max] = around(min, axis.scale === true || tightMin);
  if (axis.labels === 'clock') {
    const { values: ticks, step } = clockTicks(min, max, count);
    const [from, span] = [min, max - min];
    const label = clockLabel(min, max, step);
    return { min, max, ticks, label, position: (value) => (value - from) / span };
  }
  const nice = niceStep(min, max, count, axis.minInterval);
  const [low, high] = linearDomain(min, max, nice);
  if (!tightMin) min = low;
  if (!tightMax) max = high;
  const { values: ticks, step } = linearTicks(min, max, nice);
  return {
    min,
    max,
    ticks,
    label: tickLabel(ticks, step),
    position: (value) => (value - min) / (max - min),
  };
}

/** Bounds around a single value: a tenth of it to both sides, from zero up where the axis shows zero. */
function around(value: number, free: boolean): [number, number] {
  if (Math.abs(value) <= SMALLEST_SPAN) return free ? [-1, 1] : [0, 1];
  const margin = Math.abs(value) / 10;
  return [value - margin, value + margin];
}

function logScale(axis: NumberAxis, values: Iterable<number>, count: number): Scale {
  let [min, max] = span(values, isLogDrawable) ?? [1, 10];
  if (typeof axis.min === 'number' && isLogDrawable(axis.min)) min = axis.min;
  if (typeof axis.max === 'number' && axis.max > min && isLogDrawable(axis.max)) max = axis.max;
  if (Math.log10(max) - Math.log10(min) < 1e-6) [min, max] = [min / 2, max * 2];
  const [low, high] = logDomain(min, max);
  if (axis.min === undefined) min = low;
  if (axis.max === undefined) max = high;
  const { values: ticks, step } = logTicks(min, max, count);
  const from = Math.log10(min);
  const decades = Math.log10(max) - from;
  return {
    min,
    max,
    ticks,
    label: tickLabel(ticks, step),
    position: (value) => (isLogDrawable(value) ? (Math.log10(value) - from) / decades : Number.NaN),
  };
}

function span(values: Iterable<number>, counts: (value: number) => boolean): [number, number] | undefined {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (!counts(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? [min, max] : undefined;
}
