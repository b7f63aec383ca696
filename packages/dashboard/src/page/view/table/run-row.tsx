import { shortNumber } from '@kindling/viz';
import type { RunRow as Row } from '../../../protocol.ts';
import { cellValue, columnKey, type RunColumn } from '../../table/run-column.ts';
import { useDashboard, useMessages } from '../context.ts';
import { StateMark } from '../state-mark.tsx';
import { RunActions } from './run-actions.tsx';

export interface RunRowProps {
  readonly row: Row;
  readonly columns: readonly RunColumn[];
  readonly differing: ReadonlySet<string>;
  /** Its place in the whole table, from 1. */
  readonly rowIndex: number;
  /** Whether the tab key stops here. */
  readonly isActive: boolean;
  readonly isEditing: boolean;
  readonly onEdit: () => void;
}

/** A run in the table of runs. */
export function RunRow({ row, columns, differing, rowIndex, isActive, isEditing, onEdit }: RunRowProps) {
  const dashboard = useDashboard();
  const { selected, store } = dashboard;
  const t = useMessages();
  const tabIndex = isActive ? 0 : -1;
  const { actions = [], canAnnotate = false } = store.snapshot.value ?? {};
  return (
    <tr data-row={row.id} aria-rowindex={rowIndex}>
      <td>
        <input
          type="checkbox"
          tabIndex={tabIndex}
          checked={selected.value.includes(row.id)}
          aria-label={t.sidebar.show(row.name)}
          onChange={() => dashboard.toggleRun(row.id)}
        />
      </td>
      {columns.map((column) => {
        const differs = column.kind === 'setting' && differing.has(column.path);
        return column.kind === 'field' && column.field === 'name' ? (
          <th scope="row" key="name" title={row.id}>
            {row.name}
          </th>
        ) : (
          <Cell key={columnKey(column)} row={row} column={column} differs={differs} />
        );
      })}
      <td class="actions">
        {canAnnotate && (
          <button
            type="button"
            class="small"
            tabIndex={tabIndex}
            aria-label={t.table.edit(row.name)}
            aria-expanded={isEditing}
            onClick={onEdit}
          >
            {t.table.editShort}
          </button>
        )}
        <RunActions row={row} actions={actions} tabIndex={tabIndex} />
      </td>
    </tr>
  );
}

function Cell({ row, column, differs }: { row: Row; column: RunColumn; differs: boolean }) {
  const t = useMessages();
  const value = cellValue(row, column);
  if (column.kind === 'field') {
    switch (column.field) {
      case 'state':
        return (
          <td>
            <StateMark state={row.state} reason={row.reason} withText />
          </td>
        );
      case 'tags':
        return (
          <td>
            {row.tags.map((tag) => (
              <span class="tag" key={tag}>
                {tag}
              </span>
            ))}
          </td>
        );
      case 'note':
        return (
          <td class="note" title={row.note}>
            {row.note}
          </td>
        );
      case 'started':
        return <td class="number">{row.started === undefined ? '' : t.time(row.started)}</td>;
      case 'duration':
        return <td class="number">{row.seconds === undefined ? '' : t.duration(row.seconds)}</td>;
      case 'epoch':
        return (
          <td class="number">
            {row.epoch}
            {row.epoch !== undefined && row.epochs !== undefined && ` / ${row.epochs}`}
          </td>
        );
      case 'parameters':
        return <td class="number">{row.parameters?.toLocaleString()}</td>;
      default:
    }
  }
  if (typeof value === 'number') {
    const isShown = Number.isFinite(value);
    const text = isShown && column.kind === 'metric' ? shortNumber(value, 5) : t.chart.number(value);
    return (
      <td class={`number${isShown ? '' : ' warning'}`} title={t.chart.number(value)}>
        {text}
      </td>
    );
  }
  return <td class={differs ? 'differs' : ''}>{value}</td>;
}
