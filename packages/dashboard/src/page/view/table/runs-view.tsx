import { useComputed } from '@preact/signals';
import { allMetrics, type RunColumn, settingPaths } from '../../table/run-column.ts';
import { matchesFilter } from '../../table/run-filter.ts';
import { tableColumns } from '../../table/table-columns.ts';
import { useDashboard, useMessages } from '../context.ts';
import { RunsTable } from './runs-table.tsx';
import { RunsToolbar } from './runs-toolbar.tsx';

/** All runs with their values and settings. */
export function RunsView() {
  const { store, layout } = useDashboard();
  const t = useMessages();
  const rows = useComputed(() => [...store.rows.value.values()]);
  const paths = useComputed(() => settingPaths(rows.value));
  const matching = useComputed(() => {
    const { filter } = layout.get('table');
    return rows.value.filter((row) => matchesFilter(row, filter));
  });
  // As one text, so that progress of runs leaves the columns as they are.
  const columnText = useComputed(() => {
    const { settings, values } = layout.get('table');
    const shown = settings === 'none' ? [] : paths.value[settings];
    return JSON.stringify(tableColumns(rows.value, allMetrics(rows.value), shown, values));
  });
  const columns = useComputed(() => JSON.parse(columnText.value) as RunColumn[]);
  const differingText = useComputed(() => JSON.stringify(paths.value.differing));
  const differing = useComputed(() => JSON.parse(differingText.value) as string[]);
  return (
    <div class="runs-view">
      <RunsToolbar settings={differing.value} />
      {matching.value.length === 0 ? (
        <p class="empty">{rows.value.length === 0 ? t.sidebar.empty : t.table.noRuns}</p>
      ) : (
        <RunsTable rows={matching.value} columns={columns.value} differing={new Set(differing.value)} />
      )}
    </div>
  );
}
