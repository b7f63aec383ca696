import type { Messages } from '../../messages/messages.ts';
import type { RunColumn } from '../../table/run-column.ts';

export function columnTitle(column: RunColumn, t: Messages): string {
  switch (column.kind) {
    case 'field':
      return t.table[column.field];
    case 'metric':
      return `${column.metric} (${t.table.metricValues[column.value]})`;
    case 'setting':
      return column.path;
  }
}
