import { formatCount } from '@kindling/train/internal/console';
import { table } from '../terminal/table.ts';

export interface Confusion {
  readonly classes: readonly string[];
  /** Row i, column j: the number of samples of class i that were predicted as class j. */
  readonly counts: readonly (readonly number[])[];
}

/** True classes down, predicted classes across, and the recall of each class. */
export function confusionTable({ classes, counts }: Confusion, color: boolean): string {
  const rows = counts.map((row, i) => {
    const total = row.reduce((a, b) => a + b, 0);
    const share = total === 0 ? '-' : `${((100 * row[i]!) / total).toFixed(1)} %`;
    return [classes[i] ?? String(i), ...row.map((count) => (count === 0 ? '·' : formatCount(count))), share];
  });
  const header = ['true \\ predicted', ...classes, 'recall'];
  return table(header, rows, { numeric: header.slice(1), color });
}
