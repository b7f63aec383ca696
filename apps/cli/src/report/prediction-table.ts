import type { SampleEvent } from '@kindling/train';
import { formatLoss } from '@kindling/train/internal/console';
import { type Cell, table } from '../terminal/table.ts';

export type Predictions = Extract<SampleEvent, { kind: 'predictions' }>;

type Columns = Readonly<Record<string, readonly number[]>>;

/** Columns by name; targets may be unknown. */
export interface PredictionColumns {
  readonly input: Columns;
  readonly target?: Columns;
  readonly prediction: Columns;
  /** Standard deviations of the predictions, where the model gives some. */
  readonly deviation?: Columns;
}

export interface PredictionTableOptions {
  /** Whether a prediction is the probability of a yes. */
  readonly binary: boolean;
  readonly color: boolean;
  /** Rows to show at most. Default: all. */
  readonly most?: number;
}

/** Whether what is predicted is a yes or a no, given as a probability. */
export const isBinary = ({ target, prediction }: Predictions): boolean => {
  const [targets, ...others] = Object.values(target);
  const [outputs] = Object.values(prediction);
  if (targets === undefined || outputs === undefined || others.length > 0) return false;
  return (
    targets.every((value) => value === 0 || value === 1) && outputs.every((value) => value >= 0 && value <= 1)
  );
};

/** What a probability of a yes comes to. */
export const decide = (probability: number): 0 | 1 => (probability > 0.5 ? 1 : 0);

/** With more inputs than this a row is named by its number, counted from 0. */
const mostInputs = 4;

/** Inputs, target and what the model says, row by row; for a yes or no also what that comes to. */
export function predictionTable(
  { input, target = {}, prediction, deviation = {} }: PredictionColumns,
  { binary, color, most = Number.POSITIVE_INFINITY }: PredictionTableOptions,
): string {
  const columns: (readonly [name: string, cell: (row: number) => Cell])[] = [];
  const inputs = Object.entries(input);
  if (inputs.length > mostInputs) columns.push(['row', (row) => row]);
  else for (const [name, values] of inputs) columns.push([name, (row) => plain(values[row]!)]);
  for (const [name, values] of Object.entries(target)) columns.push([name, (row) => plain(values[row]!)]);
  for (const [name, values] of Object.entries(prediction)) {
    columns.push([binary ? 'probability' : `${name} predicted`, (row) => formatLoss(values[row]!)]);
    if (binary) columns.push(['prediction', (row) => String(decide(values[row]!))]);
  }
  for (const [name, values] of Object.entries(deviation)) {
    columns.push([`${name} deviation`, (row) => formatLoss(values[row]!)]);
  }
  const count = Object.values(prediction)[0]?.length ?? 0;
  const header = columns.map(([name]) => name);
  const rows = Array.from({ length: Math.min(count, most) }, (_, row) =>
    columns.map(([, cell]) => cell(row)),
  );
  const more = count > most ? `\n… ${count - most} more rows` : '';
  return table(header, rows, { numeric: header, color }) + more;
}

const plain = (value: number): string => String(Number(value.toPrecision(7)));
