import { columnKey, type RunColumn } from '../../table/run-column.ts';
import { useDashboard, useMessages } from '../context.ts';
import { columnTitle } from './column-title.ts';

export interface RunsHeadProps {
  readonly columns: readonly RunColumn[];
  readonly differing: ReadonlySet<string>;
}

/** The heads of the columns: a click sorts by one, the next the other way, the third goes back to the newest first. */
export function RunsHead({ columns, differing }: RunsHeadProps) {
  const { layout } = useDashboard();
  const t = useMessages();
  const { sortBy, isDescending } = layout.get('table');
  const sort = (key: string) => {
    const { table } = layout.peek();
    const next =
      table.sortBy !== key
        ? { sortBy: key, isDescending: false }
        : table.isDescending
          ? { sortBy: undefined, isDescending: false }
          : { sortBy: key, isDescending: true };
    layout.set({ table: { ...table, ...next } });
  };
  return (
    <thead>
      <tr aria-rowindex={1}>
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
              <button type="button" onClick={() => sort(key)} title={differs ? t.table.differs : undefined}>
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
  );
}
