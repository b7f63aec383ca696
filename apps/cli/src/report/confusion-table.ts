import { formatCount } from '../terminal/format.ts';
import { table } from '../terminal/table.ts';

export interface Confusion {
  readonly classes: readonly string[];
  /** Row i, column j: how many samples of class i were taken for class j. */
  readonly counts: readonly (readonly number[])[];
}

/** Classes down, what they were taken for across, and how many of each class were recognised. */
export function confusionTable({ classes, counts }: Confusion, color: boolean): string {
  const rows = counts.map((row, i) => {
    const total = row.reduce((a, b) => a + b, 0);
    const share = total === 0 ? '-' : `${((100 * row[i]!) / total).toFixed(1)} %`;
    return [classes[i] ?? String(i), ...row.map((count) => (count === 0 ? '·' : formatCount(count))), share];
  });
  const header = ['true \\ taken for', ...classes, 'right'];
  return table(header, rows, { numeric: header.slice(1), color });
}
