import type { EpochColumns, RunColumns } from '@kindling/train/events';
import { heldBackName } from '@kindling/train/events';
import { type ChartOption, scatter, type TrainingColumns, trainingCurve } from '@kindling/viz';
import { smoothingOf } from '../charts/curves.ts';
import type { Predictions } from './prediction-table.ts';

/** From so many times the typical loss on, the first steps would press all others to the ground. */
const steep = 20;

/** Loss and accuracy over the steps of a run; of a loop of one's own without a loss, its first metric. */
export function runCurve(name: string, columns: RunColumns): ChartOption | undefined {
  const { steps, epochs, isFullBatch } = columns;
  if (steps.length < 2 && epochs.length < 2) return undefined;
  const { metrics } = steps;
  const hasLoss = metrics.has('loss') || [...epochs.groups.values()].some((group) => group.has('loss'));
  const [first] = [...metrics.keys()].filter((metric) => metric !== 'lr');
  const metric = hasLoss || first === undefined ? 'loss' : first;
  const values = metrics.get(metric);
  const tables: TrainingColumns[] = [
    ...(values === undefined ? [] : [{ run: name, step: steps.step, train: { [metric]: values } }]),
    measuredColumns(name, epochs, isFullBatch),
  ];
  return trainingCurve(tables, {
    title: name,
    axis: 'step',
    ...(metric === 'loss' ? {} : { metrics: [metric] }),
    validationName: heldBackName(columns.started?.experiment),
    ...(values !== undefined && isSteep(values) ? { yScale: 'log' } : {}),
    smoothing: smoothingOf(columns),
  });
}

/**
 * What was measured on held-back data at the end of epochs, and where there is none, the accuracy in training. The training loss is
 * left to the steps. Where an epoch is a step, the accuracy is left out: it would hide the loss.
 */
function measuredColumns(run: string, { groups, step }: EpochColumns, full: boolean): TrainingColumns {
  const column = (split: 'train' | 'validation', metric: string) => {
    const values = groups.get(split)?.get(metric);
    return values?.some((value) => !Number.isNaN(value)) ? { [metric]: values } : {};
  };
  const accuracy = (split: 'train' | 'validation') => (full ? {} : column(split, 'accuracy'));
  return {
    run,
    step,
    train: groups.has('validation') ? {} : accuracy('train'),
    validation: { ...column('validation', 'loss'), ...accuracy('validation') },
  };
}

/** Whether the first losses would press all others to the ground of a linear axis. */
export function isSteep(losses: Float64Array): boolean {
  const positive = losses.filter((loss) => loss > 0 && Number.isFinite(loss)).sort();
  const typical = positive[positive.length >> 1];
  return typical !== undefined && positive.length === losses.length && losses[0]! > steep * typical;
}

/** Target and prediction over the only input; nothing where there are several. */
export function predictionScatter(
  { input, target, prediction }: Predictions,
  title?: string,
): ChartOption | undefined {
  const [inputs, targets, predicted] = [input, target, prediction].map((columns) => Object.entries(columns));
  if (inputs?.length !== 1 || targets?.length !== 1 || predicted?.length !== 1) return undefined;
  const [xName, x] = inputs[0]!;
  const [yName, y] = targets[0]!;
  return scatter(
    { x, target: y, prediction: predicted[0]![1] },
    { title: title ?? `${yName} over ${xName}`, xName, yName },
  );
}
