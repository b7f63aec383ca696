import type { RunColumns } from '@kindling/train/events';
import type { Chart, ChartOption } from '@kindling/viz';

/** A run whose data is drawn. */
export interface DrawnRun {
  /** Distinguishes the run from the others of the chart. */
  readonly name: string;
  readonly columns: RunColumns;
}

export interface RunChartOptions {
  /** What runs along x: steps, epochs, time since the run began, or time of day (UTC). Default `step`. */
  readonly x?: 'step' | 'epoch' | 'relative' | 'wall';
  /** Whether the y axis is logarithmic. Default false. */
  readonly logY?: boolean;
  /** Weight of the moving average in [0, 1). Default: 0.9 for many noisy steps, else 0. */
  readonly smoothing?: number;
  /** Names of metrics or samples to draw; a name stands for all that begin with it and a slash, too. Default: all. */
  readonly metric?: readonly string[];
  /** Row of the predictions whose scores are drawn. Default 0. */
  readonly index?: number;
}

/** Columns as `--json` prints them. */
export interface ColumnRecord {
  readonly run: string;
  readonly [column: string]: unknown;
}

/** A chart of what runs have logged. */
export interface RunChart {
  /** What a run must have logged: `a confusion matrix`. */
  readonly needs: string;
  /** The options that change this chart. */
  readonly options: readonly (keyof RunChartOptions)[];
  /** Whether a run has what the chart needs. */
  has(columns: RunColumns): boolean;
  /** The names among which `metric` chooses. */
  names?(columns: RunColumns): readonly string[];
  /** @throws {RangeError} for columns that do not fit together, and options that do not fit the columns. */
  draw(runs: readonly DrawnRun[], options: RunChartOptions): Chart;
  /** What is drawn, as columns. */
  records(run: DrawnRun, options: RunChartOptions): Iterable<ColumnRecord>;
}

/** Charts side by side: the only one as it is. */
export function sideBySide(charts: readonly ChartOption[]): Chart {
  const [only] = charts;
  if (only !== undefined && charts.length === 1) return only;
  return {
    animation: false,
    panels: [...charts],
    columns: charts.length === 4 ? 2 : Math.min(3, charts.length),
  };
}

/** Whether one of `names` stands for a name: itself, or its beginning before a slash. Without names all are meant. */
export const isChosen = (name: string, names: readonly string[] | undefined): boolean =>
  names === undefined || names.some((one) => name === one || name.startsWith(`${one}/`));
