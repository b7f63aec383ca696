import { heldBackName, type RunColumns } from '@kindling/train/events';
import { progressDots, trainingCurves } from '@kindling/viz';
import { curveTable, type MetricAxis, metricCurves } from './metric-curve.ts';
import {
  type ColumnRecord,
  type DrawnRun,
  isChosen,
  type RunChart,
  type RunChartOptions,
} from './run-chart.ts';

/** Fewer steps than this are not smoothed. */
const fewSteps = 40;
const usualSmoothing = 0.9;

/** Weight of the moving average that the losses of a run are shown with: steps of full batches have no noise. */
export const smoothingOf = ({ steps, isFullBatch }: RunColumns): number =>
  isFullBatch || steps.length < fewSteps ? 0 : usualSmoothing;

/** The chosen metrics; where none are, all but the learning rate. */
const chosenCurves = (columns: RunColumns, { metric }: RunChartOptions) =>
  metricCurves(columns).filter((curve) =>
    metric === undefined ? curve.metric !== 'lr' : isChosen(curve.metric, metric),
  );

const metricNames = (columns: RunColumns): readonly string[] => [
  ...new Set(metricCurves(columns).map(({ metric }) => metric)),
];

function* records({ name, columns }: DrawnRun, options: RunChartOptions): Iterable<ColumnRecord> {
  for (const { split, metric, values, along } of chosenCurves(columns, options)) {
    const [step, epoch, time] = (['step', 'epoch', 'time'] as const).map((axis) => Array.from(along(axis)));
    yield { run: name, split, metric, step, epoch, time, value: Array.from(values) };
  }
}

/** Metrics over the course of training, a panel a metric. */
export const curves: RunChart = {
  needs: 'metrics of steps or epochs',
  options: ['x', 'logY', 'smoothing', 'metric'],
  has: (columns) => chosenCurves(columns, {}).some(({ values }) => values.length > 0),
  names: metricNames,
  draw(runs, options) {
    const { x = 'step', logY = false } = options;
    const axis: MetricAxis = x === 'relative' || x === 'wall' ? 'time' : x;
    const tables = runs.flatMap(({ name, columns }) =>
      chosenCurves(columns, options).map((curve) => curveTable(name, curve, axis, columns.began)),
    );
    const heldBack = new Set(runs.map(({ columns }) => heldBackName(columns.started?.experiment)));
    const [only] = runs;
    return trainingCurves(tables, {
      x,
      ...(only !== undefined && runs.length === 1 ? { title: only.name } : {}),
      smoothing: options.smoothing ?? Math.max(...runs.map(({ columns }) => smoothingOf(columns))),
      ...(logY ? { yScale: 'log' } : {}),
      validationName: heldBack.size === 1 ? [...heldBack][0]! : 'validation',
    });
  },
  records,
};

/** The first metric of the steps, or the chosen one: the loss, if there is one. */
function dotted(columns: RunColumns, { metric }: RunChartOptions) {
  const ofSteps = metricCurves(columns).filter(
    ({ split, metric: name }) => split === 'train' && name !== 'lr',
  );
  if (metric !== undefined) return ofSteps.find((curve) => isChosen(curve.metric, metric));
  return ofSteps.find((curve) => curve.metric === 'loss') ?? ofSteps[0];
}

/** Every value as a faint dot. */
export const dots: RunChart = {
  needs: 'metrics of steps',
  options: ['metric'],
  has: (columns) => columns.steps.length > 0 && dotted(columns, {}) !== undefined,
  names: metricNames,
  draw(runs, options) {
    const found = runs.flatMap(({ name, columns }) => {
      const curve = dotted(columns, options);
      return curve === undefined ? [] : [{ run: name, curve }];
    });
    const names = [...new Set(found.map(({ curve }) => curve.metric))];
    return progressDots(
      found.map(({ run, curve }) => ({ run, step: curve.along('step'), loss: curve.values })),
      { ...(runs.length === 1 ? { title: runs[0]!.name } : {}), yName: names.join(', ') },
    );
  },
  *records({ name, columns }, options) {
    const curve = dotted(columns, options);
    if (curve === undefined) return;
    const { split, metric, values, along } = curve;
    yield { run: name, split, metric, step: Array.from(along('step')), value: Array.from(values) };
  },
};
