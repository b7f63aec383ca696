import { shortNumber } from '../axes/number-label.ts';
import { type Column, expectLength, isDrawable, reasonUndrawable } from '../columns/column.ts';
import { decimate } from '../columns/downsample.ts';
import { displayable } from '../display/displayable.ts';
import type { ChartOption, Point, ScatterSeries } from '../option.ts';
import { okabeIto } from '../theme/palette.ts';
import { withUnit } from './names.ts';
import { titleOf } from './title.ts';

/** Row i of `target` and of `prediction` belongs to row i of `x`. */
export interface ScatterColumns {
  readonly x: Column;
  /** What was measured; drawn in red (vermillion). */
  readonly target?: Column;
  /** What the model says; drawn in blue. */
  readonly prediction?: Column;
}

export interface ScatterOptions {
  readonly title?: string;
  /** Default `x`. */
  readonly xName?: string;
  /** Default `y`. */
  readonly yName?: string;
  /** Unit behind the axis name, in brackets: `weight (kg)`. */
  readonly xUnit?: string;
  readonly yUnit?: string;
  /** Names in the legend. Default `target` and `prediction`. */
  readonly targetName?: string;
  readonly predictionName?: string;
}

/**
 * Target and prediction over an input, as points.
 *
 *     scatter({ x: weight, target: height, prediction }, { xName: 'weight', xUnit: 'kg', yName: 'height', yUnit: 'cm' })
 *
 * @throws RangeError for columns of different length
 */
export function scatter(columns: ScatterColumns, options: ScatterOptions = {}): ChartOption {
  const notes: string[] = [];
  const { targetName = 'target', predictionName = 'prediction' } = options;
  const series: ScatterSeries[] = [];
  if (columns.target) {
    series.push({ ...cloud(columns.x, columns.target, 'target', notes), name: targetName, ...red });
  }
  if (columns.prediction) {
    series.push({
      ...cloud(columns.x, columns.prediction, 'prediction', notes),
      name: predictionName,
      ...blue,
    });
  }
  if (!series.some(({ data }) => data.length > 0)) notes.push('no values to draw');
  return displayable({
    animation: false,
    ...titleOf(options.title, notes),
    ...(series.length > 1 ? { legend: { data: series.map(({ name }) => name) } } : {}),
    xAxis: { type: 'value', name: withUnit(options.xName ?? 'x', options.xUnit), scale: true },
    yAxis: [{ type: 'value', name: withUnit(options.yName ?? 'y', options.yUnit), scale: true }],
    series,
  });
}

// Two shapes beside the two colours, for a print in grey.
const red = {
  symbol: 'circle',
  symbolSize: 8,
  itemStyle: { color: okabeIto.vermillion, opacity: 0.85 },
  z: 2,
} as const;
const blue = {
  symbol: 'diamond',
  symbolSize: 9,
  itemStyle: { color: okabeIto.blue, opacity: 0.85 },
  z: 3,
} as const;

function cloud(x: Column, y: Column, name: string, notes: string[]): { type: 'scatter'; data: Point[] } {
  expectLength('scatter', name, y, x.length, 'x');
  const lost = new Map<string, number>();
  for (let i = 0; i < y.length; i++) {
    const value = isDrawable(x[i]!) ? y[i]! : x[i]!;
    if (!isDrawable(value)) lost.set(reasonUndrawable(value), (lost.get(reasonUndrawable(value)) ?? 0) + 1);
  }
  for (const [lack, count] of lost)
    notes.push(`${name}: ${shortNumber(count)} of ${y.length} points ${lack}`);
  return { type: 'scatter', data: decimate(x, y, 200, 120).map((row) => [x[row]!, y[row]!]) };
}
