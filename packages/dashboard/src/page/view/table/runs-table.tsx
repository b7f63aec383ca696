import { useSignal } from '@preact/signals';
import { Fragment } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { RunRow as Row } from '../../../protocol.ts';
import { columnKey, type RunColumn } from '../../table/run-column.ts';
import { groupRuns, sortRuns } from '../../table/run-order.ts';
import { formId, tableItems } from '../../table/table-item.ts';
import { useDashboard, useMessages } from '../context.ts';
import { useRowWindow } from '../rows/use-row-window.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { AnnotationForm } from './annotation-form.tsx';
import { RunRow } from './run-row.tsx';
import { RunsHead } from './runs-head.tsx';
import { useSteadyWidths } from './use-steady-widths.ts';

/** Pixels of a row, as its style sheet has it. */
const rowHeight = 34;

export interface RunsTableProps {
  readonly rows: readonly Row[];
  readonly columns: readonly RunColumn[];
  /** Paths of the settings that differ between the runs. */
  readonly differing: ReadonlySet<string>;
}

/** The runs in the order that was chosen, with the form for a run's note and tags below it while they are edited. */
export function RunsTable({ rows, columns, differing }: RunsTableProps) {
  const { layout } = useDashboard();
  const t = useMessages();
  const edited = useSignal<ReadonlySet<string>>(new Set());
  const table = useRef<HTMLTableElement>(null);
  const { sortBy, isDescending, groupBy } = layout.get('table');
  const items = useMemo(() => {
    const column = columns.find((one) => columnKey(one) === sortBy);
    const groups = groupRuns(sortRuns(rows, column, isDescending), groupBy);
    return tableItems(groups, groupBy !== undefined, edited.value);
  }, [rows, columns, sortBy, isDescending, groupBy, edited.value]);
  const ids = useMemo(() => items.map(({ id }) => id), [items]);
  const runs = useMemo(() => new Set(items.flatMap(({ kind, id }) => (kind === 'run' ? id : []))), [items]);
  const list = useRowWindow<HTMLElement>(ids, {
    rowHeight,
    kept: [...edited.value].map(formId),
    isReachable: (id) => runs.has(id),
  });
  useSteadyWidths(table, columns.map(columnKey).join('\n'));
  const toggleEditing = (id: string) => {
    const next = new Set(edited.peek());
    if (!next.delete(id)) next.add(id);
    edited.value = next;
  };
  const span = columns.length + 2;
  const gap = (count: number) =>
    count > 0 && (
      // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus
      <tr class="gap" aria-hidden="true">
        <td colSpan={span} style={{ height: `${count * list.rowHeight}px` }} />
      </tr>
    );
  return (
    <ScrollRegion class="runs-table" label={t.tabs.runs} scroller={list.scroller}>
      <table
        ref={table}
        aria-rowcount={items.length + 1}
        onFocusIn={list.onFocusIn}
        onKeyDown={list.onKeyDown}
      >
        <RunsHead columns={columns} differing={differing} />
        <tbody>
          {list.window.rows.map(({ index, skipped }) => {
            const item = items[index]!;
            const rowIndex = index + 2;
            return (
              <Fragment key={item.id}>
                {gap(skipped)}
                {item.kind === 'group' ? (
                  <tr class="group" aria-rowindex={rowIndex}>
                    <th scope="rowgroup" colSpan={span}>
                      <span class="group-label">
                        {groupBy} = {item.group.value ?? t.table.unset} ·{' '}
                        {t.table.groupSize(item.group.rows.length)}
                      </span>
                    </th>
                  </tr>
                ) : item.kind === 'form' ? (
                  <tr class="editing" aria-rowindex={rowIndex}>
                    <td colSpan={span}>
                      <AnnotationForm row={item.row} onDone={() => toggleEditing(item.row.id)} />
                    </td>
                  </tr>
                ) : (
                  <RunRow
                    row={item.row}
                    columns={columns}
                    differing={differing}
                    rowIndex={rowIndex}
                    isActive={item.id === list.active}
                    isEditing={edited.value.has(item.id)}
                    onEdit={() => toggleEditing(item.id)}
                  />
                )}
              </Fragment>
            );
          })}
          {gap(list.window.skippedAfter)}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
