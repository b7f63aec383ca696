import type { TableOption } from '../option.ts';
import { displayWidth, printable, shorten } from '../text/glyph.ts';
import { okabeIto } from '../theme/palette.ts';
import type { Space } from './plot.ts';
import { terminalColor } from './series-style.ts';
import type { TextGrid } from './text-grid.ts';

const faint = { faint: true } as const;
const gap = 2;
const mark = '*';
/** Cells that a column is left with before the last columns are left out. */
const minWidth = 6;

/** Draws a header, a line and the rows. Columns that have no room are left out from the right, rows from below. */
export function table(
  page: TextGrid,
  { top, bottom }: Space,
  { table: { columns, rows } }: TableOption,
  hasColor: boolean,
): void {
  const fits = bottom - top - 2;
  const shown = rows.slice(0, rows.length <= fits ? rows.length : Math.max(0, fits - 1));
  const texts = columns.map(({ name, align }, i) => ({
    align,
    name: printable(name),
    // The mark stands behind numbers, so that their digits stay below each other.
    cells: shown.map(({ cells }) => {
      const { text = '', isBest = false } = cells[i] ?? {};
      const hasMarks = align === 'right' && rows.some((row) => row.cells[i]?.isBest);
      return { text: `${printable(text)}${isBest ? mark : hasMarks ? ' ' : ''}`, isBest };
    }),
  }));
  const widths = fitted(
    texts.map(({ name, cells }) =>
      Math.max(displayWidth(name), ...cells.map(({ text }) => displayWidth(text))),
    ),
    page.columns,
  );
  let column = 0;
  for (const [i, width] of widths.entries()) {
    const { name, cells, align } = texts[i]!;
    const put = (row: number, text: string, style?: Parameters<TextGrid['write']>[3]): void => {
      const short = shorten(text, width);
      const at = align === 'right' ? column + width - displayWidth(short) : column;
      page.write(top + row, at, short, style);
    };
    put(0, name, { bold: true });
    page.write(top + 1, column, '─'.repeat(width), faint);
    for (const [row, { text, isBest }] of cells.entries()) {
      const style = hasColor && isBest ? { color: terminalColor(okabeIto.blue), bold: true } : undefined;
      put(row + 2, text, style);
    }
    column += width + gap;
  }
  const missing = rows.length - shown.length;
  if (missing > 0) page.write(top + 2 + shown.length, 0, `… ${missing} more`, faint);
}

/** Widths of as many columns as have room, the widest of which give way first. */
function fitted(widths: readonly number[], room: number): readonly number[] {
  const most = Math.max(1, Math.floor((room + gap) / (minWidth + gap)));
  const kept = widths.slice(0, most);
  const available = Math.max(1, room - (kept.length - 1) * gap);
  let limit = Math.max(minWidth, ...kept);
  while (limit > 1 && kept.reduce((sum, width) => sum + Math.min(width, limit), 0) > available) limit--;
  return kept.map((width) => Math.min(width, limit));
}
