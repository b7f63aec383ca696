import type { EpochEvent, RunEvent } from '@kindling/train';
import { type ChartOption, scatter, type TrainingColumns, trainingCurve } from '@kindling/viz';
import { heldBackName } from './held-back-name.ts';
import type { Predictions } from './prediction-table.ts';
import { isFullBatch } from './progress-table.ts';

/** From so many times the typical loss on, the first steps would press all others to the ground. */
const steep = 20;
const smoothing = 0.9;
const fewSteps = 40;

/** Loss and accuracy over the steps of a run. */
export function runCurve(name: string, events: readonly RunEvent[]): ChartOption | undefined {
  const steps = events.filter((event) => event.type === 'step');
  const epochs = events.filter((event) => event.type === 'epoch');
  if (steps.length < 2 && epochs.length < 2) return undefined;
  const losses = steps.map(({ loss }) => loss);
  const full = isFullBatch(epochs, steps);
  const tables: TrainingColumns[] = [
    { run: name, step: steps.map(({ step }) => step), train: { loss: losses } },
    measuredColumns(name, epochs, full),
  ];
  return trainingCurve(tables, {
    title: name,
    axis: 'step',
    validationName: heldBackName(events.find((event) => event.type === 'run-started')?.experiment),
    ...(isSteep(losses) ? { yScale: 'log' } : {}),
    ...(full || steps.length < fewSteps ? {} : { smoothing }),
  });
}

/**
 * What was measured on held-back data at the end of epochs, and where there is none, the accuracy in training. The training loss is
 * left to the steps. Where an epoch is a step, the accuracy is left out: it would hide the loss.
 */
function measuredColumns(run: string, epochs: readonly EpochEvent[], full: boolean): TrainingColumns {
  const column = (split: 'train' | 'validation', metric: string) => {
    const values = epochs.map((event) => event[split]?.[metric] ?? Number.NaN);
    return values.some((value) => !Number.isNaN(value)) ? { [metric]: values } : {};
  };
  const heldBack = epochs.some(({ validation }) => validation !== undefined);
  const accuracy = (split: 'train' | 'validation') => (full ? {} : column(split, 'accuracy'));
  return {
    run,
    step: epochs.map(({ step }) => step),
    train: heldBack ? {} : accuracy('train'),
    validation: { ...column('validation', 'loss'), ...accuracy('validation') },
  };
}

function isSteep(losses: readonly number[]): boolean {
  const positive = losses.filter((loss) => loss > 0 && Number.isFinite(loss)).toSorted((a, b) => a - b);
  const typical = positive[positive.length >> 1];
  return typical !== undefined && positive.length === losses.length && losses[0]! > steep * typical;
}

/** Target and prediction over the only input; nothing where there are several. */
export function predictionScatter({ input, target, prediction }: Predictions): ChartOption | undefined {
  const [inputs, targets, predicted] = [input, target, prediction].map((columns) => Object.entries(columns));
  if (inputs?.length !== 1 || targets?.length !== 1 || predicted?.length !== 1) return undefined;
  const [xName, x] = inputs[0]!;
  const [yName, y] = targets[0]!;
  return scatter(
    { x, target: y, prediction: predicted[0]![1] },
    { title: `${yName} over ${xName}`, xName, yName },
  );
}
