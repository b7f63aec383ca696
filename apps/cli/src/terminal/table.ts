import { safeLine } from '@kindling/train/internal/console';
import { displayWidth, narrowest, wrapped } from './text.ts';

export type Cell = string | number;

export interface TableOptions {
  /** Columns that are right-aligned although their cells are strings. */
  readonly numeric?: readonly string[];
  /** Whether the header is in bold. */
  readonly color?: boolean;
  /** Columns of the terminal: the last column's words go on in further lines rather than beyond. Default: no limit. */
  readonly width?: number;
}

const gap = '  ';

/** Rows under a header and a line; numbers are right-aligned. */
export function table(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  { numeric = [], color = false, width = Number.POSITIVE_INFINITY }: TableOptions = {},
): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => safeLine(String(cell))));
  const isNumeric = header.map(
    (name, column) =>
      numeric.includes(name) || (rows.length > 0 && rows.every((row) => typeof row[column] === 'number')),
  );
  const widths = header.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column] ?? ''))));
  const before = widths.slice(0, -1).reduce((sum, columns) => sum + columns + gap.length, 0);
  const last = widths.length - 1;
  widths[last] = Math.min(widths[last] ?? 0, Math.max(narrowest, width - before));

  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const space = ' '.repeat(Math.max(0, widths[column]! - displayWidth(cell)));
        return isNumeric[column] ? space + cell : cell + space;
      })
      .join(gap)
      .trimEnd();
  const lines = (row: readonly string[]): string =>
    wrapped(row[last] ?? '', widths[last]!)
      .map((part, i) => line([...row.slice(0, last).map((cell) => (i === 0 ? cell : '')), part]))
      .join('\n');

  const rule = widths.map((columns) => '─'.repeat(columns)).join(gap);
  const [head = '', ...body] = cells.map(lines);
  return [color ? `\x1b[1m${head}\x1b[22m` : head, rule, ...body].join('\n');
}
