import { expectRange } from '../columns/bins.ts';
import { type Column, expectLength, isDrawable, undrawable } from '../columns/column.ts';
import { displayable } from '../display/displayable.ts';
import type { ChartOption, Point, ScatterSeries } from '../option.ts';
import { englishTexts } from '../text/chart-texts.ts';
import { seriesColor } from '../theme/palette.ts';
import { titleOf } from './title.ts';

/** The loss of each step of a run; row i of `loss` was measured at row i of `step`. */
export interface ProgressColumns {
  /** Name in a comparison. Default: `run 1`, `run 2`, … */
  readonly run?: string;
  /** Default: the row number. */
  readonly step?: Column;
  readonly loss: Column;
}

export interface ProgressDotOptions {
  readonly title?: string;
  /** Default `step`. */
  readonly xName?: string;
  /** Default `loss`. */
  readonly yName?: string;
  /** Ends of the loss axis; a note counts the values beyond. Default: 0 to 1 where no loss is above 1, else from 0 on. */
  readonly yRange?: readonly [min: number, max: number];
}

/** Cells in which dots are gathered: about 3 pixels wide on a usual picture. */
const grid = { columns: 240, rows: 120 };
/** What one dot lets through; dots on each other get darker. */
const dotOpacity = 0.2;
/** Opacities that are drawn: each is a series. */
const levels = [0.2, 0.36, 0.6, 0.9] as const;

/**
 * The loss of every step as a faint dot, so that a cloud shows how the losses spread and where most of them lie. Dots at
 * nearly one place are drawn as one, as dark as they would be on each other: α = 1 − (1 − 0.2)ⁿ.
 *
 *     progressDots({ loss })
 *     progressDots([{ run: 'MSE', loss: mse }, { run: 'BCE', loss: bce }])
 *
 * @throws {RangeError} for columns of different length, or a range that does not rise
 */
export function progressDots(
  columns: ProgressColumns | readonly ProgressColumns[],
  options: ProgressDotOptions = {},
): ChartOption {
  const runs: readonly ProgressColumns[] = isList(columns) ? columns : [columns];
  const { xName = 'step', yName = 'loss' } = options;
  expectRange('progressDots', 'yRange', options.yRange);
  const names = runs.map(({ run }, i) => run ?? (runs.length > 1 ? `run ${i + 1}` : yName));
  for (const [i, { step, loss }] of runs.entries()) {
    if (step) expectLength('progressDots', `loss of ${names[i]}`, loss, step.length, 'step');
  }
  const [fewest, most] = spanOf(runs, (run, row) => run.step?.[row] ?? row) ?? [0, 1];
  const [lowest, highest] = spanOf(runs, (run, row) => run.loss[row]!) ?? [0, 1];
  const [min, max] = options.yRange ?? [Math.min(0, lowest), Math.max(1, highest)];
  const notes: string[] = [];
  const series = runs.flatMap((run, i) => {
    const of = runs.length > 1 ? `${names[i]}: ` : '';
    const { cells, lost } = gathered(run, [fewest, most], [min, max]);
    for (const [lack, count] of lost) notes.push(`${of}${count} of ${run.loss.length} losses ${lack}`);
    return dots(cells, names[i]!, seriesColor(i));
  });
  if (series.length === 0) notes.push('no values to draw');
  return displayable({
    animation: false,
    ...titleOf(options.title, notes),
    ...(runs.length > 1 ? { legend: { data: [...new Set(names)] } } : {}),
    xAxis: { type: 'value', name: xName, scale: true, min: 'dataMin', max: 'dataMax' },
    yAxis: [{ type: 'value', name: yName, min, ...(options.yRange || max === 1 ? { max } : {}) }],
    series,
  });
}

function isList(
  columns: ProgressColumns | readonly ProgressColumns[],
): columns is readonly ProgressColumns[] {
  return Array.isArray(columns);
}

function spanOf(
  runs: readonly ProgressColumns[],
  pick: (run: ProgressColumns, row: number) => number,
): [number, number] | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const run of runs) {
    for (let row = 0; row < run.loss.length; row++) {
      const value = pick(run, row);
      if (!isDrawable(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : undefined;
}

interface Gathered {
  readonly point: Point;
  count: number;
}

/** The first dot of each cell of the grid and the number of dots there, and why others are not shown. */
function gathered(
  { step, loss }: ProgressColumns,
  [left, right]: readonly [number, number],
  [min, max]: readonly [number, number],
): { cells: Gathered[]; lost: Map<string, number> } {
  const cells = new Map<number, Gathered>();
  const lost = new Map<string, number>();
  for (let row = 0; row < loss.length; row++) {
    const x = step?.[row] ?? row;
    const y = loss[row]!;
    const lack = !isDrawable(x)
      ? 'not shown: the step is not finite'
      : !isDrawable(y)
        ? englishTexts.undrawable[undrawable(y)]
        : undefined;
    const outside = y > max ? `above ${max}` : y < min ? `below ${min}` : undefined;
    if (lack ?? outside) {
      lost.set((lack ?? outside)!, (lost.get((lack ?? outside)!) ?? 0) + 1);
      continue;
    }
    const column = right > left ? Math.floor(((x - left) / (right - left)) * (grid.columns - 1)) : 0;
    const cell = Math.floor(((y - min) / (max - min)) * (grid.rows - 1)) * grid.columns + column;
    const known = cells.get(cell);
    if (known) known.count++;
    else cells.set(cell, { point: [x, y], count: 1 });
  }
  return { cells: [...cells.values()], lost };
}

/** A series for each level of darkness, the darkest last; all have one name, so a legend has one entry. */
function dots(cells: readonly Gathered[], name: string, color: string): ScatterSeries[] {
  const byLevel = levels.map((): Point[] => []);
  for (const { point, count } of cells) {
    const opacity = 1 - (1 - dotOpacity) ** count;
    const nearest = levels.reduce(
      (best, level, i) => (Math.abs(level - opacity) < Math.abs(levels[best]! - opacity) ? i : best),
      0,
    );
    byLevel[nearest]!.push(point);
  }
  return levels
    .map(
      (opacity, i): ScatterSeries => ({
        type: 'scatter',
        name,
        data: byLevel[i]!,
        symbol: 'circle',
        symbolSize: 4,
        itemStyle: { color, opacity },
        z: 2 + i,
      }),
    )
    .filter(({ data }) => data.length > 0);
}
