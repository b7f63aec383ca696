import { isDrawable, isLogDrawable } from '../columns/column.ts';
import { displayable } from '../display/displayable.ts';
import type { Chart } from '../option.ts';
import { bestDirection, bestPoint } from './best-point.ts';
import type { Curve } from './curve.ts';
import { findCurves, isList, scaled, timeUnit } from './find-curves.ts';
import { groupOf, nameCurves, runStyles } from './run-styles.ts';
import { titleOf } from './title.ts';
import type { TrainingColumns } from './training-curve.ts';
import { trainingPanel } from './training-panel.ts';

/** As `TrainingColumns`, with the moment at which the run began. */
export interface RunTrainingColumns extends TrainingColumns {
  /** Milliseconds since 1970 (UTC); needed for `x: 'wall'`. */
  readonly startedAt?: number;
}

export interface TrainingCurvesOptions {
  readonly title?: string;
  /**
   * What runs along x: `step`, `epoch`, `relative` (seconds since each run began, from the column `time`), or `wall` (the
   * time of day in UTC, from `time` and `startedAt`). Default: the first of step, epoch, relative whose column every
   * table has, else the row number.
   */
  readonly x?: 'step' | 'epoch' | 'relative' | 'wall';
  /** Metrics to draw, in this order. Default: all. Names with one prefix (`loss/generator`) share a panel. */
  readonly metrics?: readonly string[];
  /** Default `linear`. */
  readonly xScale?: 'linear' | 'log';
  /** For all panels, or by the name of a panel. Default `linear`. Values ≤ 0 are gaps on a log axis, and noted. */
  readonly yScale?: 'linear' | 'log' | Readonly<Record<string, 'linear' | 'log'>>;
  /** Weight β of `exponentialMovingAverage` in [0, 1) for training curves; the measured values stay visible, faint. Default 0. */
  readonly smoothing?: number;
  /**
   * Marks the best point of each run and metric: of validation where it was measured, else of the (smoothed) training
   * values. By name, whether the smallest or the largest is best. Default: the largest for names such as accuracy, f1 and
   * r2, the smallest for names such as loss, error and mae, no mark for others. `false` draws none.
   */
  readonly best?: false | Readonly<Record<string, 'min' | 'max'>>;
  /** Panels in a row. Default: 1 for one panel, else 2. */
  readonly columns?: number;
  /** What held-back samples are called. Default `validation`. */
  readonly validationName?: string;
  /** Most points kept of one line. Default: 2000, fewer where there are more than 20 lines. */
  readonly maxPoints?: number;
}

/** From so many runs on, colours no longer distinguish them. */
const maxColoredRuns = 24;
const highlighted = 3;

/**
 * Metrics over the course of training, for any number of runs: a panel for each metric, or for each prefix of names such
 * as `loss/generator`.
 *
 * One run: a colour for each split (of several metrics in a panel: for each metric, validation dashed). Several runs: a
 * colour for each run in all panels, split and metric by dashes. A table's x may fall, as after a resume: its curve is
 * then drawn in pieces. NaN and ±Infinity become gaps, counted in a note.
 *
 *     trainingCurves({ step, train: { loss, accuracy } }, { smoothing: 0.9 })
 *     trainingCurves(runs, { x: 'relative', metrics: ['loss'], yScale: 'log' })
 *
 * @returns a chart where there is one panel, else a figure
 * @throws {RangeError} for columns of different length, an x or a metric that no table has, options out of range
 */
export function trainingCurves(
  columns: RunTrainingColumns | readonly RunTrainingColumns[],
  options: TrainingCurvesOptions = {},
): Chart {
  const where = 'trainingCurves';
  const tables: readonly RunTrainingColumns[] = isList(columns) ? columns : [columns];
  checkOptions(options);
  const x = options.x ?? commonX(tables);
  const metrics = options.metrics ?? allMetrics(tables);
  expectMetrics(tables, metrics);
  const axis = x === 'relative' || x === 'wall' ? 'time' : x;
  const whole = findCurves(where, x === 'wall' ? wallTables(tables) : tables, metrics, axis);
  const unit = x === 'relative' ? timeUnit(whole) : undefined;
  const curves = nameCurves(
    unit ? whole.map((curve) => ({ ...curve, x: scaled(curve.x, unit.seconds) })) : whole,
    options.validationName ?? 'validation',
  );
  const runs = new Set(curves.map(({ run }) => run)).size;
  const chosen = runs > maxColoredRuns ? bestRuns(curves, metrics[0] ?? '', options) : undefined;
  const styles = runStyles(curves, chosen);
  const span = xSpan(curves, options.xScale === 'log');
  const xName =
    x === 'wall' ? 'time (UTC)' : x === 'relative' ? `time since start (${unit?.name ?? 's'})` : (x ?? 'row');
  const groups = [...new Set(metrics.map(groupOf))];
  const panels = groups.map((group) =>
    trainingPanel(group, { curves, styles, xName, span, chosen, options }),
  );
  const names = [
    ...new Set(curves.filter(({ run }) => chosen?.includes(run) ?? true).map(({ name }) => name)),
  ];
  const notes = chosen ? [`${runs} runs, the ${chosen.length} best in ${metrics[0]} in color`] : [];
  const hasBest = panels.some(({ series }) => series.some(({ name }) => name === 'best'));
  const data = [...(names.length > 1 ? names : []), ...(hasBest && names.length > 1 ? ['best'] : [])];
  const legend = data.length > 0 ? { legend: { data } } : {};
  const [only] = panels;
  if (panels.length === 1 && only) {
    const own = only.title?.subtext?.split('\n') ?? [];
    return displayable({ ...only, ...titleOf(options.title, [...notes, ...own]), ...legend });
  }
  return displayable({
    animation: false,
    ...titleOf(options.title, panels.length === 0 ? ['no values to draw'] : notes),
    ...legend,
    panels,
    columns: options.columns ?? 2,
  });
}

function checkOptions({ smoothing, columns, maxPoints, x }: TrainingCurvesOptions): void {
  const where = 'trainingCurves';
  if (smoothing !== undefined && !(smoothing >= 0 && smoothing < 1)) {
    throw new RangeError(`${where}: expected smoothing in [0, 1), got ${String(smoothing)}`);
  }
  if (columns !== undefined && !(Number.isInteger(columns) && columns >= 1)) {
    throw new RangeError(`${where}: expected columns to be a positive integer, got ${String(columns)}`);
  }
  if (maxPoints !== undefined && !(Number.isInteger(maxPoints) && maxPoints >= 4)) {
    throw new RangeError(
      `${where}: expected maxPoints to be an integer of at least 4, got ${String(maxPoints)}`,
    );
  }
  if (x !== undefined && !['step', 'epoch', 'relative', 'wall'].includes(x)) {
    throw new RangeError(`${where}: expected x to be step, epoch, relative or wall, got ${String(x)}`);
  }
}

function commonX(tables: readonly RunTrainingColumns[]): TrainingCurvesOptions['x'] {
  if (tables.length === 0) return undefined;
  const found = (['step', 'epoch', 'time'] as const).find((axis) => tables.every((table) => table[axis]));
  return found === 'time' ? 'relative' : found;
}

function allMetrics(tables: readonly RunTrainingColumns[]): string[] {
  return [
    ...new Set(
      tables.flatMap(({ train, validation }) => [
        ...Object.keys(train ?? {}),
        ...Object.keys(validation ?? {}),
      ]),
    ),
  ];
}

function expectMetrics(tables: readonly RunTrainingColumns[], metrics: readonly string[]): void {
  const present = allMetrics(tables);
  const missing = metrics.find((metric) => !present.includes(metric));
  if (missing !== undefined && tables.length > 0) {
    throw new RangeError(
      `trainingCurves: expected the metric ${missing} in train or validation, got ${present.join(', ') || 'no metric'}`,
    );
  }
}

/** The tables with times of day in place of seconds since the start. */
function wallTables(tables: readonly RunTrainingColumns[]): RunTrainingColumns[] {
  return tables.map((table, i) => {
    const { time, startedAt, run = `run ${i + 1}` } = table;
    if (!time) return table;
    if (!(typeof startedAt === 'number' && Number.isFinite(startedAt))) {
      throw new RangeError(
        `trainingCurves: expected startedAt of ${run} in milliseconds for x: 'wall', got ${String(startedAt)}`,
      );
    }
    return { ...table, time: Float64Array.from(time, (seconds) => startedAt + 1000 * seconds) };
  });
}

/** The runs with the best values of a metric, the best first. */
function bestRuns(curves: readonly Curve[], metric: string, options: TrainingCurvesOptions): string[] {
  const direction = (options.best || undefined)?.[metric] ?? bestDirection(metric) ?? 'min';
  const validated = new Set(
    curves.filter((one) => one.metric === metric && one.split === 'validation').map(({ run }) => run),
  );
  const points = curves
    .filter((one) => one.metric === metric && (one.split === 'validation' || !validated.has(one.run)))
    .map((curve) => ({
      run: curve.run,
      best: bestPoint([curve], direction, curve.split === 'train' ? (options.smoothing ?? 0) : 0),
    }))
    .filter(({ best }) => best !== undefined)
    .sort((a, b) => (direction === 'min' ? a.best!.y - b.best!.y : b.best!.y - a.best!.y));
  return [...new Set(points.map(({ run }) => run))].slice(0, highlighted);
}

/** Ends of x over all curves, so that panels above each other agree; `undefined` where there is one x or none. */
function xSpan(curves: readonly Curve[], isLog: boolean): readonly [number, number] | undefined {
  let [min, max] = [Infinity, -Infinity];
  for (const { x } of curves) {
    for (let row = 0; row < x.length; row++) {
      const value = x[row]!;
      if (!(isLog ? isLogDrawable(value) : isDrawable(value))) continue;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  return min < max ? [min, max] : undefined;
}
