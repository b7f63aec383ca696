import { metricValueNames, type TableLayout } from '../../layout/layout-state.ts';
import { useDashboard, useMessages } from '../context.ts';

const settingChoices = ['differing', 'all', 'none'] as const;

export function RunsToolbar({ settings }: { settings: readonly string[] }) {
  const { layout } = useDashboard();
  const t = useMessages();
  const table = layout.get('table');
  const set = (change: Partial<TableLayout>) => layout.set({ table: { ...layout.peek().table, ...change } });
  const paths = [...new Set([...settings, ...(table.groupBy === undefined ? [] : [table.groupBy])])];
  return (
    <div class="toolbar" role="toolbar" aria-label={t.tabs.runs}>
      <label>
        {t.table.filter}
        <input
          type="search"
          placeholder={t.table.filterHint}
          value={table.filter}
          onInput={({ currentTarget }) => set({ filter: currentTarget.value })}
        />
      </label>
      <label>
        {t.table.groupBy}
        <select
          value={table.groupBy ?? ''}
          onChange={({ currentTarget }) => set({ groupBy: currentTarget.value || undefined })}
        >
          <option value="">{t.table.noGroup}</option>
          {paths.map((path) => (
            <option key={path} value={path}>
              {path}
            </option>
          ))}
        </select>
      </label>
      <fieldset>
        <legend>{t.table.values}</legend>
        {metricValueNames.map((name) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={table.values.includes(name)}
              onChange={({ currentTarget }) =>
                set({
                  values: metricValueNames.filter((one) =>
                    one === name ? currentTarget.checked : table.values.includes(one),
                  ),
                })
              }
            />
            {t.table.metricValues[name]}
          </label>
        ))}
      </fieldset>
      <label>
        {t.table.settings}
        <select
          value={table.settings}
          onChange={({ currentTarget }) => set({ settings: currentTarget.value as TableLayout['settings'] })}
        >
          {settingChoices.map((choice) => (
            <option key={choice} value={choice}>
              {t.table.settingsShown[choice]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
