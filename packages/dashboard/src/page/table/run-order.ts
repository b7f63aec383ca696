import type { RunRow } from '../../protocol.ts';
import { cellValue, type RunColumn } from './run-column.ts';

/** The runs in the order of a column, those that have nothing there last; without a column the newest first. */
export function sortRuns(
  rows: readonly RunRow[],
  column: RunColumn | undefined,
  isDescending: boolean,
): RunRow[] {
  if (column === undefined) return rows.toSorted((a, b) => (b.started ?? 0) - (a.started ?? 0));
  const sign = isDescending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: cellValue(row, column) }))
    .sort((a, b) => compareTo(a.value, b.value, sign))
    .map(({ row }) => row);
}

type Value = number | string | undefined;

/** NaN stands behind all numbers, as nothing behind everything. */
function compareTo(a: Value, b: Value, sign: number): number {
  const rank = (value: Value) => (value === undefined ? 2 : Number.isNaN(value) ? 1 : 0);
  if (rank(a) !== rank(b) || rank(a) > 0) return rank(a) - rank(b);
  if (typeof a === 'number' && typeof b === 'number') return sign * (a < b ? -1 : Number(a > b));
  return sign * compareTexts(String(a), String(b));
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** Texts of numbers as numbers: a collator takes 0.005 for more than 0.02. */
function compareTexts(a: string, b: string): number {
  const [first, second] = [a, b].map((text) => (text.trim() === '' ? Number.NaN : Number(text))) as [
    number,
    number,
  ];
  const difference = first - second;
  return Number.isNaN(difference) ? collator.compare(a, b) : difference;
}

export interface RunGroup {
  /** The value of the setting; nothing for runs that have none. */
  readonly value: string | undefined;
  readonly rows: readonly RunRow[];
}

/** The runs by the value of a setting, in the order in which values come up; all in one group where no setting is named. */
export function groupRuns(rows: readonly RunRow[], path: string | undefined): RunGroup[] {
  if (path === undefined) return [{ value: undefined, rows }];
  const groups = new Map<string | undefined, RunRow[]>();
  for (const row of rows) {
    const value = row.settings[path];
    const known = groups.get(value);
    if (known) known.push(row);
    else groups.set(value, [row]);
  }
  return [...groups]
    .map(([value, own]) => ({ value, rows: own }))
    .sort(
      (a, b) =>
        Number(a.value === undefined) - Number(b.value === undefined) ||
        compareTexts(a.value ?? '', b.value ?? ''),
    );
}
