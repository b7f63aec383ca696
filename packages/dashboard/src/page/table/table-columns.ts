import type { RunRow } from '../../protocol.ts';
import type { MetricValueName } from '../layout/layout-state.ts';
import { metricValue, type RunColumn, runFields } from './run-column.ts';

const isAlways = new Set<string>(['state', 'name', 'started', 'duration', 'tags', 'note']);

/** The columns of the table: fields that some run has, values of metrics, settings. */
export function tableColumns(
  rows: readonly RunRow[],
  metrics: readonly string[],
  settings: readonly string[],
  values: readonly MetricValueName[],
): RunColumn[] {
  const fields = runFields.filter(
    (field) => isAlways.has(field) || rows.some((row) => row[field as 'device'] !== undefined),
  );
  const ofMetrics = metrics.flatMap((metric) =>
    values
      .filter(
        (value) => value !== 'best' || rows.some((row) => metricValue(row, metric, 'best') !== undefined),
      )
      .map((value): RunColumn => ({ kind: 'metric', metric, value })),
  );
  const [before, after] = [fields.slice(0, 4), fields.slice(4)];
  return [
    ...before.map((field): RunColumn => ({ kind: 'field', field })),
    ...ofMetrics,
    ...settings.map((path): RunColumn => ({ kind: 'setting', path })),
    ...after.map((field): RunColumn => ({ kind: 'field', field })),
  ];
}
