import type { RunRow } from '../../protocol.ts';
import type { RunGroup } from './run-order.ts';

/** A row of the table: the head of a group, a run, or the form below a run whose note is edited. */
export type TableItem =
  | { readonly kind: 'group'; readonly id: string; readonly group: RunGroup }
  | { readonly kind: 'run' | 'form'; readonly id: string; readonly row: RunRow };

/** @param edited ids of runs whose notes are edited */
export function tableItems(
  groups: readonly RunGroup[],
  hasHeads: boolean,
  edited: ReadonlySet<string>,
): TableItem[] {
  return groups.flatMap((group): TableItem[] => [
    ...(hasHeads ? [{ kind: 'group', id: `group ${group.value}`, group } as const] : []),
    ...group.rows.flatMap((row): TableItem[] => [
      { kind: 'run', id: row.id, row },
      ...(edited.has(row.id) ? [{ kind: 'form', id: formId(row.id), row } as const] : []),
    ]),
  ]);
}

export const formId = (run: string): string => `form ${run}`;
