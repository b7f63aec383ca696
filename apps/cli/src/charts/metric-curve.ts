import type { RunColumns } from '@kindling/train/events';
import type { RunTrainingColumns } from '@kindling/viz';

export type MetricAxis = 'step' | 'epoch' | 'time';

/** A metric over the course of a run: row i of every axis belongs to row i of `values`. */
export interface MetricCurve {
  readonly split: 'train' | 'validation';
  /** Of a group that is no split the group goes before: `test/accuracy`. */
  readonly metric: string;
  readonly values: Float64Array;
  /** Steps; epochs, with fractions; seconds since the run began. */
  along(axis: MetricAxis): Float64Array;
}

/**
 * The metrics of a run: those of its steps, and those of its epochs that its steps do not have, the learning rate last. A row in
 * which a metric was not logged while others were is left out, so that lines do not break there.
 */
export function metricCurves(columns: RunColumns): readonly MetricCurve[] {
  const ofSteps = stepCurves(columns);
  const known = new Set(ofSteps.map(({ metric }) => metric));
  const ofEpochs = epochCurves(columns).filter(
    ({ split, metric }) => split === 'validation' || !known.has(metric),
  );
  return [...ofSteps, ...ofEpochs].sort((a, b) => Number(a.metric === 'lr') - Number(b.metric === 'lr'));
}

/** The curve as a table of `trainingCurves`. */
export const curveTable = (
  run: string,
  { split, metric, values, along }: MetricCurve,
  axis: MetricAxis,
  startedAt: number | undefined,
): RunTrainingColumns => ({
  run,
  [axis]: along(axis),
  [split]: { [metric]: values },
  ...(startedAt === undefined ? {} : { startedAt }),
});

function stepCurves(columns: RunColumns): MetricCurve[] {
  const { steps } = columns;
  const metrics = [...steps.metrics];
  const measured = metrics.filter(([metric]) => metric !== 'lr').map(([, values]) => values);
  const axes = memoized((axis) => stepAxis(columns, axis));
  return metrics.flatMap(([metric, values]) => {
    const rows = loggedRows(values, measured);
    if (rows?.length === 0) return [];
    return [{ split: 'train' as const, metric, values: gathered(values, rows), along: along(axes, rows) }];
  });
}

function epochCurves(columns: RunColumns): MetricCurve[] {
  const { epochs } = columns;
  const axes = memoized((axis) => epochAxis(columns, axis));
  const groups = [...epochs.groups];
  const measured = groups.flatMap(([, metrics]) => [...metrics.values()]);
  return groups.flatMap(([group, metrics]) =>
    [...metrics].flatMap(([name, values]) => {
      const rows = loggedRows(values, measured);
      if (rows?.length === 0) return [];
      const isSplit = group === 'train' || group === 'validation';
      return [
        {
          split: group === 'validation' ? ('validation' as const) : ('train' as const),
          metric: isSplit ? name : `${group}/${name}`,
          values: gathered(values, rows),
          along: along(axes, rows),
        },
      ];
    }),
  );
}

/**
 * The rows in which a metric was logged; undefined where these are all. Columns are NaN where a metric was not logged, and where its
 * value was NaN: a row in which another metric is a number counts as the former; one in which none is as the latter, unless the
 * metric is one that most rows do not have.
 */
function loggedRows(values: Float64Array, measured: readonly Float64Array[]): Uint32Array | undefined {
  let [there, missing, unclear] = [0, 0, 0];
  for (let row = 0; row < values.length; row++) {
    if (!Number.isNaN(values[row])) there++;
    else if (measured.some((other) => !Number.isNaN(other[row]))) missing++;
    else unclear++;
  }
  const isRare = missing > there;
  if (missing === 0) return undefined;
  const rows = new Uint32Array(there + (isRare ? 0 : unclear));
  for (let row = 0, at = 0; row < values.length; row++) {
    const isThere =
      !Number.isNaN(values[row]) || (!isRare && measured.every((other) => Number.isNaN(other[row])));
    if (isThere) rows[at++] = row;
  }
  return rows;
}

const gathered = (values: Float64Array, rows: Uint32Array | undefined): Float64Array =>
  rows === undefined ? values : Float64Array.from(rows, (row) => values[row]!);

type Axes = (axis: MetricAxis) => Float64Array;

const along =
  (axes: Axes, rows: Uint32Array | undefined): Axes =>
  (axis) =>
    gathered(axes(axis), rows);

/** Several metrics share an axis. */
function memoized(make: Axes): Axes {
  const made = new Map<MetricAxis, Float64Array>();
  return (axis) => {
    const known = made.get(axis) ?? make(axis);
    made.set(axis, known);
    return known;
  };
}

const secondsSince = (began: number, times: Float64Array): Float64Array =>
  times.map((time) => (time - began) / 1000);

function epochAxis({ epochs, began = Number.NaN }: RunColumns, axis: MetricAxis): Float64Array {
  if (axis === 'step') return epochs.step;
  if (axis === 'epoch') return epochs.epoch.map((epoch) => epoch + 1);
  return secondsSince(Number.isNaN(began) ? (epochs.time[0] ?? 0) : began, epochs.time);
}

function stepAxis(columns: RunColumns, axis: MetricAxis): Float64Array {
  const { steps } = columns;
  if (axis === 'step') return steps.step;
  if (axis === 'epoch') return fractionalEpochs(columns);
  return secondsSince(columns.began ?? steps.time[0] ?? 0, steps.time);
}

/** Epochs that are through at each step, the one that runs in part: its length is known once it is over, and before taken to be that of the one before. */
function fractionalEpochs({ steps, epochs }: RunColumns): Float64Array {
  const ends = new Map<number, number>();
  epochs.epoch.forEach((epoch, row) => {
    ends.set(epoch, epochs.step[row]!);
  });
  let [current, start, length] = [Number.NaN, 0, Number.NaN];
  const { step, epoch } = steps;
  return step.map((value, row) => {
    const number = epoch[row]!;
    if (number !== current) {
      current = number;
      start = number === 0 ? 0 : (ends.get(number - 1) ?? value);
      const end = ends.get(number);
      if (end !== undefined) length = end - start;
    }
    const share = length > 0 ? (value - start) / length : 0;
    return number + Math.min(1, Math.max(0, share));
  });
}
