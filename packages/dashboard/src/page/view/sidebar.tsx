import { useComputed, useSignal } from '@preact/signals';
import { matchesFilter } from '../table/run-filter.ts';
import { sortRuns } from '../table/run-order.ts';
import { useDashboard, useMessages } from './context.ts';
import { useRowWindow } from './rows/use-row-window.ts';
import { RunItem } from './run-item.tsx';

/** Pixels of a run, as its style sheet has it. */
const rowHeight = 32;

/** The runs of the folder: which are shown, in which colour, and which stand out. The legend of all panels. */
export function Sidebar() {
  const dashboard = useDashboard();
  const { store, selected } = dashboard;
  const t = useMessages();
  const filter = useSignal('');
  const all = useComputed(() => sortRuns([...store.rows.value.values()], undefined, false));
  const listed = useComputed(() => all.value.filter((row) => matchesFilter(row, filter.value)));
  const { value: matching } = listed;
  const ids = useComputed(() => listed.value.map(({ id }) => id));
  const list = useRowWindow<HTMLDivElement>(ids.value, { rowHeight });
  const shown = new Set(selected.value);
  return (
    <nav id="sidebar" class="sidebar" aria-label={t.sidebar.title}>
      <div class="sidebar-head">
        <input
          type="search"
          placeholder={t.sidebar.filter}
          aria-label={t.sidebar.filter}
          value={filter.value}
          onInput={({ currentTarget }) => {
            filter.value = currentTarget.value;
          }}
        />
        <div class="row">
          <button
            type="button"
            class="small"
            onClick={() =>
              dashboard.select([...new Set([...selected.value, ...matching.map(({ id }) => id)])])
            }
          >
            {t.sidebar.all}
          </button>
          <button
            type="button"
            class="small"
            onClick={() => {
              const hidden = new Set(matching.map(({ id }) => id));
              dashboard.select(selected.value.filter((id) => !hidden.has(id)));
            }}
          >
            {t.sidebar.none}
          </button>
          <span class="count">{t.sidebar.count(shown.size, all.value.length)}</span>
        </div>
      </div>
      {all.value.length === 0 && <p class="empty">{t.sidebar.empty}</p>}
      <div class="runs" ref={list.scroller}>
        <ul
          onFocusIn={list.onFocusIn}
          onKeyDown={list.onKeyDown}
          style={{ paddingBottom: `${list.window.skippedAfter * list.rowHeight}px` }}
        >
          {list.window.rows.map(({ index, skipped }) => {
            const row = matching[index]!;
            return (
              <RunItem
                key={row.id}
                row={row}
                isShown={shown.has(row.id)}
                isActive={row.id === list.active}
                place={{ index, count: matching.length, gap: skipped * list.rowHeight }}
              />
            );
          })}
        </ul>
      </div>
    </nav>
  );
}
