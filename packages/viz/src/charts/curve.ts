import { type Column, isDrawable } from '../columns/column.ts';
import { decimate, downsample } from '../columns/downsample.ts';
import { exponentialMovingAverage } from '../columns/exponential-moving-average.ts';
import type { LineSeries, Point, ScatterSeries, Series } from '../option.ts';
import type { CurveStyle } from './curve-style.ts';
import { type DrawableRows, drawableRows } from './drawable-rows.ts';

/** One metric of one split of one run. */
export interface Curve {
  readonly run: string;
  readonly split: 'train' | 'validation';
  readonly metric: string;
  /** Axis: 0 left, 1 right. */
  readonly side: 0 | 1;
  readonly name: string;
  readonly x: Column;
  readonly y: Column;
}

export interface CurveSeriesOptions {
  /** How the notes call x. */
  readonly xName: string;
  readonly xScale?: 'linear' | 'log';
  readonly yScale?: 'linear' | 'log';
  readonly smoothing?: number;
  readonly style?: 'line' | 'points';
  readonly maxPoints?: number;
}

/** Up to this many values, each is marked on its line: a reader sees the epochs. */
const markedValues = 40;

/** From so many on, a line is drawn thinner: it is mostly noise. */
const denseValues = 400;

/** Cells of the grid that thins a cloud of points: about 3 pixels wide on a usual picture. */
const cloud = { columns: 240, rows: 120 };

/** The series that draw the curves, and a note on every value that can't be drawn. */
export function curveSeries(
  curves: readonly Curve[],
  styles: readonly CurveStyle[],
  options: CurveSeriesOptions,
): { series: Series[]; notes: string[] } {
  const series: (LineSeries | ScatterSeries)[] = [];
  const notes: string[] = [];
  for (const [index, curve] of curves.entries()) {
    const { smoothing = 0, maxPoints = 2000 } =
      curve.split === 'train' ? options : { ...options, smoothing: 0 };
    const logY = options.yScale === 'log' && curve.side === 0;
    const rows = drawableRows(curve, options.xScale === 'log', logY, options.xName);
    notes.push(...rows.notes.map((note) => (curves.length > 1 ? `${curve.name}: ${note}` : note)));
    const style = styles[index]!;
    if (style.isFaint) {
      const shown = smoothing > 0 ? { ...rows, y: exponentialMovingAverage(rows.y, smoothing) } : rows;
      series.push(line(curve, style, lineData(shown, maxPoints), { width: 1, opacity: 0.3, z: 2 }));
      continue;
    }
    const dots = options.style === 'points' && curve.split === 'train';
    if (smoothing > 0) {
      // Drawn over the measured values (z), yet first in the list: a legend takes its mark from the first of a name.
      const average = { ...rows, y: exponentialMovingAverage(rows.y, smoothing) };
      series.push(line(curve, style, lineData(average, maxPoints), { width: 2.5, opacity: 1, z: 4 }));
      series.push(
        dots
          ? points(curve, style, pointData(rows), 0.25)
          : line(curve, style, lineData(rows, maxPoints), { width: 1, opacity: 0.3, z: 2 }),
      );
    } else {
      series.push(
        dots
          ? points(curve, style, pointData(rows), 0.6)
          : line(curve, style, lineData(rows, maxPoints), {
              width: rows.x.length > denseValues ? 1.5 : 2,
              opacity: 1,
              z: 3,
            }),
      );
    }
  }
  const visible = series.some(({ data }) => data.some(([, y]) => y !== null));
  return { series: visible ? series : [], notes };
}

function lineData(rows: DrawableRows, maxPoints: number): Point[] {
  return downsample(rows.axisX, rows.y, maxPoints).map((row) => {
    const y = rows.y[row]!;
    return [rows.x[row]!, isDrawable(y) ? y : null];
  });
}

function pointData(rows: DrawableRows): Point[] {
  return decimate(rows.axisX, rows.axisY, cloud.columns, cloud.rows).map((row) => [
    rows.x[row]!,
    rows.y[row]!,
  ]);
}

function line(
  { name, side }: Curve,
  { color, dash }: CurveStyle,
  data: Point[],
  { width, opacity, z }: { width: number; opacity: number; z: number },
): LineSeries {
  const marked = opacity === 1 && data.filter(([, y]) => y !== null).length <= markedValues;
  return {
    type: 'line',
    name,
    data,
    yAxisIndex: side,
    showSymbol: marked,
    symbol: 'circle',
    symbolSize: 5,
    lineStyle: { color, width, type: dash, opacity },
    itemStyle: { color, opacity },
    z,
  };
}

function points({ name, side }: Curve, { color }: CurveStyle, data: Point[], opacity: number): ScatterSeries {
  return {
    type: 'scatter',
    name,
    data,
    yAxisIndex: side,
    symbol: 'circle',
    symbolSize: 4,
    itemStyle: { color, opacity },
    z: 2,
  };
}
