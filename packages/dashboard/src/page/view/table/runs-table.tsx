import { Fragment } from 'preact';
import type { RunRow as Row } from '../../../protocol.ts';
import { columnKey, metricValue, type RunColumn, runFields } from '../../table/run-column.ts';
import { groupRuns, sortRuns } from '../../table/run-order.ts';
import { useDashboard, useMessages } from '../context.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { columnTitle } from './column-title.ts';
import { RunRow } from './run-row.tsx';

export interface RunsTableProps {
  readonly rows: readonly Row[];
  readonly metrics: readonly string[];
  /** Paths of the settings that are shown. */
  readonly settings: readonly string[];
  readonly differing: ReadonlySet<string>;
}

export function RunsTable({ rows, metrics, settings, differing }: RunsTableProps) {
  const { layout } = useDashboard();
  const t = useMessages();
  const { sortBy, isDescending, groupBy, values } = layout.get('table');
  const columns = tableColumns(rows, metrics, settings, values);
  const sorted = sortRuns(
    rows,
    columns.find((column) => columnKey(column) === sortBy),
    isDescending,
  );
  const groups = groupRuns(sorted, groupBy);
  const sort = (key: string) => {
    const table = layout.peek().table;
    // A third click goes back to the newest first.
    const next =
      table.sortBy !== key
        ? { sortBy: key, isDescending: false }
        : table.isDescending
          ? { sortBy: undefined, isDescending: false }
          : { sortBy: key, isDescending: true };
    layout.set({ table: { ...table, ...next } });
  };
  return (
    <ScrollRegion class="runs-table" label={t.tabs.runs}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.table.shown}</th>
            {columns.map((column) => {
              const key = columnKey(column);
              const direction = sortBy !== key ? 'none' : isDescending ? 'descending' : 'ascending';
              const differs = column.kind === 'setting' && differing.has(column.path);
              return (
                <th
                  scope="col"
                  key={key}
                  aria-sort={direction}
                  class={differs ? 'differs' : key === 'name' ? 'run-name' : ''}
                >
                  <button
                    type="button"
                    onClick={() => sort(key)}
                    title={differs ? t.table.differs : undefined}
                  >
                    {columnTitle(column, t)}
                    <span class="arrow" aria-hidden="true">
                      {{ none: '', ascending: '▲', descending: '▼' }[direction]}
                    </span>
                  </button>
                </th>
              );
            })}
            <th scope="col">{t.table.actions}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <Fragment key={group.value ?? ''}>
              {groupBy !== undefined && (
                <tr class="group">
                  <th scope="rowgroup" colSpan={columns.length + 2}>
                    <span class="group-label">
                      {groupBy} = {group.value ?? t.table.unset} · {t.table.groupSize(group.rows.length)}
                    </span>
                  </th>
                </tr>
              )}
              {group.rows.map((row) => (
                <RunRow key={row.id} row={row} columns={columns} differing={differing} />
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function tableColumns(
  rows: readonly Row[],
  metrics: readonly string[],
  settings: readonly string[],
  values: readonly ('last' | 'best' | 'min' | 'max')[],
): RunColumn[] {
  const isAlways = new Set<string>(['state', 'name', 'started', 'duration', 'tags', 'note']);
  const fields = runFields.filter((field) => {
    if (isAlways.has(field)) return true;
    return rows.some((row) => row[field as 'device'] !== undefined);
  });
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
