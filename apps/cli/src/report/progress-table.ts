import type { EpochEvent, StepEvent } from '@kindling/train';
import { formatLoss, formatMetric } from '../terminal/format.ts';
import { type Cell, table } from '../terminal/table.ts';
import { sampled } from './sampled.ts';

const most = { steps: 11, epochs: 20 };

/** Whether an epoch is one step: training with full batches, of which a table of steps tells more. */
export const isFullBatch = (epochs: readonly EpochEvent[], steps: readonly StepEvent[]): boolean =>
  steps.every(({ step, epoch }) => step === epoch) && epochs.every(({ step, epoch }) => step === epoch + 1);

export interface ProgressTableOptions {
  /** What held-back samples are called. */
  readonly heldBack: string;
  readonly color: boolean;
}

/** The course of a training as a table: of epochs, or of steps where each epoch is one. */
export function progressTable(
  epochs: readonly EpochEvent[],
  steps: readonly StepEvent[],
  { heldBack, color }: ProgressTableOptions,
): string | undefined {
  if (isFullBatch(epochs, steps)) return stepTable(steps, color);
  return epochTable(epochs, { heldBack, color });
}

function stepTable(steps: readonly StepEvent[], color: boolean): string | undefined {
  if (steps.length === 0) return undefined;
  const rows = sampled(steps, most.steps).map(({ step, loss }) => [step, formatLoss(loss)]);
  return table(['step', 'loss'], rows, { numeric: ['loss'], color });
}

function epochTable(
  epochs: readonly EpochEvent[],
  { heldBack, color }: ProgressTableOptions,
): string | undefined {
  if (epochs.length === 0) return undefined;
  const columns = (['train', 'validation'] as const).flatMap((split) =>
    metricNames(epochs, split).map((metric) => ({
      split,
      metric,
      name: `${split === 'train' ? split : heldBack} ${metric}`,
    })),
  );
  const rows = sampled(epochs, most.epochs).map((event): Cell[] => [
    event.epoch + 1,
    ...columns.map(({ split, metric }) => {
      const value = event[split]?.[metric];
      return value === undefined ? '-' : formatMetric(metric, value);
    }),
    event.seconds.toFixed(1),
  ]);
  const header = ['epoch', ...columns.map(({ name }) => name), 'seconds'];
  return table(header, rows, { numeric: header, color });
}

function metricNames(epochs: readonly EpochEvent[], split: 'train' | 'validation'): readonly string[] {
  return [...new Set(epochs.flatMap((event) => Object.keys(event[split] ?? {})))];
}
