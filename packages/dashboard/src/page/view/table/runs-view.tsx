import { useComputed } from '@preact/signals';
import { allMetrics, allSettings, differingSettings } from '../../table/run-column.ts';
import { matchesFilter } from '../../table/run-filter.ts';
import { useDashboard, useMessages } from '../context.ts';
import { RunsTable } from './runs-table.tsx';
import { RunsToolbar } from './runs-toolbar.tsx';

/** All runs with their values and settings. */
export function RunsView() {
  const { store, layout } = useDashboard();
  const t = useMessages();
  const rows = useComputed(() => [...store.rows.value.values()]);
  const differing = useComputed(() => differingSettings(rows.value));
  const { filter, settings } = layout.get('table');
  const matching = rows.value.filter((row) => matchesFilter(row, filter));
  const shownSettings =
    settings === 'none' ? [] : settings === 'differing' ? differing.value : allSettings(rows.value);
  return (
    <div class="runs-view">
      <RunsToolbar settings={differing.value} />
      {matching.length === 0 ? (
        <p class="empty">{rows.value.length === 0 ? t.sidebar.empty : t.table.noRuns}</p>
      ) : (
        <RunsTable
          rows={matching}
          metrics={allMetrics(rows.value)}
          settings={shownSettings}
          differing={new Set(differing.value)}
        />
      )}
    </div>
  );
}
