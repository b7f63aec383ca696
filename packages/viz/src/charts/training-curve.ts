import type { Column } from '../columns/column.ts';
import { displayable } from '../display/displayable.ts';
import type { ChartOption, NumberAxis } from '../option.ts';
import { type Curve, curveSeries } from './curve.ts';
import { curveStyles } from './curve-style.ts';
import { findCurves, isList, isWhole, named, scaled, timeUnit } from './find-curves.ts';
import { titleOf } from './title.ts';

/**
 * What was measured while training, as columns: row i of every metric was measured at row i of `step`, `epoch` and
 * `time`. Metrics measured at other moments (every step and every epoch, say) go into two tables with the same `run`.
 */
export interface TrainingColumns {
  /** Name in a comparison; tables with the same name belong to one run. */
  readonly run?: string;
  readonly step?: Column;
  /** May be fractional. */
  readonly epoch?: Column;
  /** Seconds since the run began. */
  readonly time?: Column;
  readonly train?: Readonly<Record<string, Column>>;
  readonly validation?: Readonly<Record<string, Column>>;
}

export interface TrainingCurveOptions {
  readonly title?: string;
  /** Which column runs along x. Default: the first of step, epoch, time that every table has, else the row number. */
  readonly axis?: 'step' | 'epoch' | 'time';
  /** Metric of the left axis and, if given, of the right one. Default: loss and accuracy, as far as they are there. */
  readonly metrics?: readonly [left: string] | readonly [left: string, right: string];
  /** Default `linear`. Values ≤ 0 have no place on a logarithmic axis: they become gaps and a note. */
  readonly xScale?: 'linear' | 'log';
  /** Scale of the left axis. Default `linear`. */
  readonly yScale?: 'linear' | 'log';
  /** Ends of the left axis; what lies outside is cut off. Default: from the data, with zero on a linear axis. */
  readonly yRange?: readonly [min: number, max: number];
  /** Weight β of `exponentialMovingAverage` in [0, 1) for the training series; the measured values stay visible, faint. Default 0. */
  readonly smoothing?: number;
  /** `points` draws each training value as a dot instead of a line. Default `line`. */
  readonly style?: 'line' | 'points';
  /** What held-back samples are called. Default `validation`. */
  readonly validationName?: string;
  /** Most points kept of one line (see `downsample`). Default 2000. */
  readonly maxPoints?: number;
}

/**
 * Loss and other metrics over the course of training, for one run or several.
 *
 * One run: a colour for each split. Several runs: a colour for each run, validation dashed. The first metric takes the
 * left axis, the second the right one. NaN and ±Infinity become gaps, and a note under the title counts them.
 *
 *     trainingCurve({ step, train: { loss } }, { smoothing: 0.9 })
 *     trainingCurve([{ run: 'sgd', epoch, train: { loss } }, { run: 'adam', epoch, train: { loss } }])
 *
 * @throws RangeError for columns of different length, an axis or a metric that no table has, options out of range
 */
export function trainingCurve(
  columns: TrainingColumns | readonly TrainingColumns[],
  options: TrainingCurveOptions = {},
): ChartOption {
  const tables = isList(columns) ? columns : [columns];
  checkOptions(options);
  const axis = options.axis ?? commonAxis(tables);
  const metrics = options.metrics ?? presentMetrics(tables);
  const curves = named(
    findCurves('trainingCurve', tables, metrics, axis),
    options.validationName ?? 'validation',
  );
  if (options.metrics && tables.length > 0) {
    for (const metric of metrics) expectMetric(tables, curves, metric);
  }
  const unit = axis === 'time' ? timeUnit(curves) : undefined;
  const shown = unit ? curves.map((curve) => ({ ...curve, x: scaled(curve.x, unit.seconds) })) : curves;

  const xName = unit ? `time (${unit.name})` : (axis ?? 'row');
  const drawn = curveSeries(shown, curveStyles(shown), { ...options, xName });
  const notes = drawn.series.length > 0 ? drawn.notes : [...drawn.notes, 'no values to draw'];
  const names = [...new Set(shown.map((curve) => curve.name))];
  return displayable({
    animation: false,
    ...titleOf(options.title, notes),
    ...(names.length > 1 ? { legend: { data: names } } : {}),
    xAxis: {
      type: options.xScale === 'log' ? 'log' : 'value',
      name: xName,
      scale: true,
      ...(unit || !shown.every(({ x }) => isWhole(x)) ? {} : { minInterval: 1 }),
      min: 'dataMin',
      max: 'dataMax',
    },
    yAxis: yAxes(metrics, options),
    series: drawn.series,
  });
}

function checkOptions({ yRange, yScale, maxPoints }: TrainingCurveOptions): void {
  if (yRange && !(Number.isFinite(yRange[0]) && Number.isFinite(yRange[1]) && yRange[0] < yRange[1])) {
    throw new RangeError(`trainingCurve: expected yRange [low, high] with low < high, got [${yRange}]`);
  }
  if (yRange && yScale === 'log' && !(yRange[0] > 0)) {
    throw new RangeError(`trainingCurve: expected yRange above 0 on a log axis, got [${yRange}]`);
  }
  if (maxPoints !== undefined && !(Number.isInteger(maxPoints) && maxPoints >= 4)) {
    throw new RangeError(
      `trainingCurve: expected maxPoints to be an integer of at least 4, got ${maxPoints}`,
    );
  }
}

function commonAxis(tables: readonly TrainingColumns[]): TrainingCurveOptions['axis'] {
  return (['step', 'epoch', 'time'] as const).find(
    (axis) => tables.length > 0 && tables.every((table) => table[axis] !== undefined),
  );
}

function presentMetrics(tables: readonly TrainingColumns[]): string[] {
  const present = new Set(
    tables.flatMap((table) => [...Object.keys(table.train ?? {}), ...Object.keys(table.validation ?? {})]),
  );
  const usual = ['loss', 'accuracy'].filter((metric) => present.has(metric));
  return usual.length > 0 ? usual : [...present].slice(0, 1);
}

function expectMetric(tables: readonly TrainingColumns[], curves: readonly Curve[], metric: string): void {
  if (curves.some((curve) => curve.metric === metric)) return;
  const present = tables.flatMap((table) => [
    ...Object.keys(table.train ?? {}),
    ...Object.keys(table.validation ?? {}),
  ]);
  throw new RangeError(
    `trainingCurve: expected the metric ${metric} in train or validation, got ${[...new Set(present)].join(', ') || 'no metric'}`,
  );
}

function yAxes(metrics: readonly string[], options: TrainingCurveOptions): ChartOption['yAxis'] {
  const [left = '', right] = metrics;
  const first: NumberAxis = {
    type: options.yScale === 'log' ? 'log' : 'value',
    name: left,
    ...(options.yRange ? { min: options.yRange[0], max: options.yRange[1] } : {}),
    // A loss is read against zero; an accuracy between 0.97 and 0.98 would be flat against it.
    scale: left === 'accuracy',
  };
  return right === undefined ? [first] : [first, { type: 'value', name: right, scale: true }];
}
