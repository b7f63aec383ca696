import { metricGoal } from '@kindling/train/events';
import type { RunRow } from '../../protocol.ts';
import type { MetricValueName } from '../layout/layout-state.ts';

/** What a column of the table of runs holds. */
export type RunColumn =
  | { readonly kind: 'field'; readonly field: RunField }
  | { readonly kind: 'metric'; readonly metric: string; readonly value: MetricValueName }
  | { readonly kind: 'setting'; readonly path: string };

export const runFields = [
  'state',
  'name',
  'started',
  'duration',
  'epoch',
  'step',
  'device',
  'parameters',
  'tags',
  'note',
] as const;
export type RunField = (typeof runFields)[number];

/** Names a column in the layout. */
export function columnKey(column: RunColumn): string {
  switch (column.kind) {
    case 'field':
      return column.field;
    case 'metric':
      return `metric:${column.value}:${column.metric}`;
    case 'setting':
      return `setting:${column.path}`;
  }
}

/** What a run has in a column: a number, a text, or nothing. */
export function cellValue(row: RunRow, column: RunColumn): number | string | undefined {
  switch (column.kind) {
    case 'setting':
      return row.settings[column.path];
    case 'metric':
      return metricValue(row, column.metric, column.value);
    case 'field':
      switch (column.field) {
        case 'duration':
          return row.seconds;
        case 'tags':
          return row.tags.join(', ') || undefined;
        case 'note':
          return row.note || undefined;
        default:
          return row[column.field];
      }
  }
}

/** The best value is the smallest or the largest, as the metric's name tells; of other names there is none. */
export function metricValue(row: RunRow, metric: string, value: MetricValueName): number | undefined {
  const values = row.metrics[metric];
  if (values === undefined) return undefined;
  if (value !== 'best') return values[value];
  const goal = metricGoal(metric);
  return goal === undefined ? undefined : values[goal];
}

/** Paths of settings that the runs do not all have with one value. */
export function differingSettings(rows: readonly RunRow[]): string[] {
  return allSettings(rows).filter((path) => new Set(rows.map(({ settings }) => settings[path])).size > 1);
}

export const allSettings = (rows: readonly RunRow[]): string[] => [
  ...new Set(rows.flatMap(({ settings }) => Object.keys(settings))),
];

export const allMetrics = (rows: readonly RunRow[]): string[] => [
  ...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics))),
];
