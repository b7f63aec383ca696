import { shortNumber } from '../axes/number-label.ts';
import { type Column, expectLength, isDrawable, undrawable } from '../columns/column.ts';
import { decimate } from '../columns/downsample.ts';
import { displayable } from '../display/displayable.ts';
import type { ChartOption, Point, ScatterSeries } from '../option.ts';
import { type ChartTexts, englishTexts, type Undrawable } from '../text/chart-texts.ts';
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
  /** Texts of its own axes and notes. Default: English. */
  readonly texts?: ChartTexts;
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
  const { texts = englishTexts } = options;
  const { targetName = texts.target, predictionName = texts.prediction } = options;
  const clouds = [
    ...(columns.target ? [{ ...red, name: targetName, y: columns.target, column: 'target' as const }] : []),
    ...(columns.prediction
      ? [{ ...blue, name: predictionName, y: columns.prediction, column: 'prediction' as const }]
      : []),
  ];
  const series = clouds.map(({ name, y, column, symbol, color, z }): ScatterSeries => {
    const data = cloud(columns.x, y, column, notes, texts);
    const { size, opacity } = symbolOf(data.length);
    const symbolSize = symbol === 'diamond' ? size + 1 : size;
    return { type: 'scatter', name, data, symbol, symbolSize, itemStyle: { color, opacity }, z };
  });
  if (!series.some(({ data }) => data.length > 0)) notes.push(texts.nothing);
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
const red = { symbol: 'circle', color: okabeIto.vermillion, z: 2 } as const;
const blue = { symbol: 'diamond', color: okabeIto.blue, z: 3 } as const;

/** Cells of the grid that decimates a cloud of points: about 3 pixels wide on a usual picture. */
const grid = { columns: 200, rows: 120 } as const;

/** Size and opacity of symbols: the more points, the smaller and the fainter, so that a cloud shows where it is dense. */
function symbolOf(points: number): { size: number; opacity: number } {
  if (points > 5000) return { size: 3, opacity: 0.5 };
  return points > 500 ? { size: 5, opacity: 0.6 } : { size: 8, opacity: 0.85 };
}

function cloud(
  x: Column,
  y: Column,
  column: 'target' | 'prediction',
  notes: string[],
  texts: ChartTexts,
): Point[] {
  expectLength('scatter', column, y, x.length, 'x');
  const name = texts[column];
  const lost = new Map<Undrawable, number>();
  for (let i = 0; i < y.length; i++) {
    const value = isDrawable(x[i]!) ? y[i]! : x[i]!;
    if (!isDrawable(value)) lost.set(undrawable(value), (lost.get(undrawable(value)) ?? 0) + 1);
  }
  for (const [lack, count] of lost)
    notes.push(texts.lostPoints(name, shortNumber(count), y.length, texts.undrawable[lack]));
  const rows = decimate(x, y, grid.columns, grid.rows);
  const drawable = y.length - [...lost.values()].reduce((sum, count) => sum + count, 0);
  if (rows.length < drawable) {
    notes.push(texts.drawnPoints(name, rows.length, drawable));
  }
  return rows.map((row): Point => [x[row]!, y[row]!]);
}
