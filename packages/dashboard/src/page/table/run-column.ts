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

/** The best value is the smallest or the largest, by the metric's name; of other names there is none. */
export function metricValue(row: RunRow, metric: string, value: MetricValueName): number | undefined {
  const values = row.metrics[metric];
  if (values === undefined) return undefined;
  if (value !== 'best') return values[value];
  const goal = metricGoal(metric);
  return goal === undefined ? undefined : values[goal];
}

export interface SettingPaths {
  readonly all: readonly string[];
  /** Those that the runs do not all have with one value. */
  readonly differing: readonly string[];
}

/** Paths of the settings of runs, of which there may be ten thousand. */
export function settingPaths(rows: readonly RunRow[]): SettingPaths {
  const found = new Map<string, { readonly value: string; count: number; differs: boolean }>();
  for (const { settings } of rows) {
    for (const path in settings) {
      const value = settings[path]!;
      const known = found.get(path);
      if (known === undefined) found.set(path, { value, count: 1, differs: false });
      else {
        known.count++;
        known.differs ||= known.value !== value;
      }
    }
  }
  const all = [...found.keys()];
  const differs = (path: string) => found.get(path)!.differs || found.get(path)!.count < rows.length;
  return { all, differing: all.filter(differs) };
}

export function allMetrics(rows: readonly RunRow[]): string[] {
  const names = new Set<string>();
  for (const { metrics } of rows) for (const name in metrics) names.add(name);
  return [...names];
}
