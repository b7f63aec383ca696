import type { EpochColumns, RunColumns, StepColumns } from '@kindling/train/events';
import { formatMetric } from '@kindling/train/internal/console';
import { type Cell, table } from '../terminal/table.ts';
import { sampledRows } from './sampled.ts';

const most = { steps: 11, epochs: 20 };

export interface ProgressTableOptions {
  /** What held-back samples are called. */
  readonly heldBack: string;
  readonly color: boolean;
}

/** The course of a training as a table: of epochs, or of steps where each epoch is one or there are none. */
export function progressTable(
  { steps, epochs, isFullBatch }: RunColumns,
  { heldBack, color }: ProgressTableOptions,
): string | undefined {
  if (isFullBatch || epochs.length === 0) return stepTable(steps, color);
  return epochTable(epochs, { heldBack, color });
}

function stepTable({ length, step, metrics }: StepColumns, color: boolean): string | undefined {
  if (length === 0) return undefined;
  const columns = [...metrics].filter(([name]) => name !== 'lr');
  const rows = sampledRows(length, most.steps).map((row): Cell[] => [
    step[row]!,
    ...columns.map(([name, values]) => stepText(name, values[row]!)),
  ]);
  const names = columns.map(([name]) => name);
  return table(['step', ...names], rows, { numeric: names, color });
}

function epochTable(
  { length, epoch, seconds, groups }: EpochColumns,
  { heldBack, color }: ProgressTableOptions,
): string | undefined {
  const columns = [...groups].flatMap(([group, metrics]) =>
    [...metrics].map(([metric, values]) => ({
      metric,
      values,
      name: `${group === 'validation' ? heldBack : group} ${metric}`,
    })),
  );
  const rows = sampledRows(length, most.epochs).map((row): Cell[] => [
    epoch[row]! + 1,
    ...columns.map(({ metric, values }) => {
      const value = values[row]!;
      return Number.isNaN(value) ? '-' : formatMetric(metric, value);
    }),
    seconds[row]!.toFixed(1),
  ]);
  const header = ['epoch', ...columns.map(({ name }) => name), 'seconds'];
  return table(header, rows, { numeric: header, color });
}

/** A loss that is NaN has diverged; any other value may just not have been logged at this step. */
const stepText = (metric: string, value: number): string =>
  Number.isNaN(value) && metric !== 'loss' ? '-' : formatMetric(metric, value);
