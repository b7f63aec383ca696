import type { ComponentType } from 'preact';
import type { RunRow } from '../../../protocol.ts';
import type { RunData } from '../../store/run-data.ts';
import type { RunTabName } from '../../tabs/run-tab-name.ts';
import { tabsOf } from '../../tabs/run-tabs.ts';
import { useDashboard, useMessages } from '../context.ts';

export interface RunViewProps {
  readonly row: RunRow;
  readonly data: RunData;
}

/** A view of one run, with a choice among those shown that have something for it. */
export function RunTab({ tab, View }: { tab: RunTabName; View: ComponentType<RunViewProps> }) {
  const { store, selected, layout } = useDashboard();
  const t = useMessages();
  const runs = selected.value.filter((run) => {
    const data = store.data(run);
    return data !== undefined && tabsOf(data).has(tab);
  });
  const focused = layout.get('focused');
  const run = focused !== undefined && runs.includes(focused) ? focused : runs[0];
  const data = run === undefined ? undefined : store.data(run);
  const row = run === undefined ? undefined : store.rows.value.get(run);
  if (!data || !row) return null;
  return (
    <div class="run-tab">
      {runs.length > 1 && (
        <label class="run-choice">
          {t.run.run}
          <select value={run} onChange={({ currentTarget }) => layout.set({ focused: currentTarget.value })}>
            {runs.map((id) => (
              <option key={id} value={id}>
                {store.rows.value.get(id)?.name ?? id}
              </option>
            ))}
          </select>
        </label>
      )}
      <View key={run} row={row} data={data} />
    </div>
  );
}
