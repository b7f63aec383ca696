import type { TableOption } from '../option.ts';
import { drawable, shorten } from '../text/glyph.ts';
import type { Theme } from '../theme/theme.ts';
import type { Bounds } from './grid-layout.ts';
import type { GraphicElement } from './panel.ts';
import { columnsIn, fontFamily, fontSizes, textWidth } from './text-width.ts';

const rowHeight = 24;
const columnGap = 20;
/** Pixels that a column is left with, however many there are. */
const minWidth = 30;
/** Behind the best value of a column. */
const mark = ' *';

interface CellStyle {
  readonly fill: string;
  readonly fontWeight?: 'bold' | 'normal';
  readonly align?: 'right';
}

/** The texts and lines of a table inside of `bounds`. Rows that have no room are left out, and a last line counts them. */
export function tableElements(
  { table: { columns, rows } }: TableOption,
  bounds: Bounds,
  theme: Theme,
): GraphicElement[] {
  const fits = Math.max(1, Math.floor((bounds.bottom - bounds.top) / rowHeight) - 1);
  const shown = rows.length <= fits ? rows : rows.slice(0, Math.max(1, fits - 1));
  const marked = columns.map((_, i) => rows.some(({ cells }) => cells[i]?.isBest));
  const texts = columns.map((column, i) => [
    column.name,
    ...shown.map(({ cells }) => `${cells[i]?.text ?? ''}${marked[i] ? mark : ''}`),
  ]);
  const widths = fitted(
    // Bold letters are a little wider.
    texts.map((column) =>
      Math.max(...column.map((text) => 1.08 * textWidth(drawable(text), fontSizes.text))),
    ),
    bounds.right - bounds.left,
  );
  const elements: GraphicElement[] = [];
  const width = widths.reduce((sum, own) => sum + own + columnGap, -columnGap);
  const line = (y: number, color: string): void => {
    elements.push({
      type: 'rect',
      silent: true,
      shape: { x: bounds.left, y, width, height: 1 },
      style: { fill: color },
    });
  };
  const put = (text: string, x: number, row: number, style: CellStyle): void => {
    elements.push({
      type: 'text',
      silent: true,
      style: {
        text,
        x,
        y: bounds.top + (row + 0.5) * rowHeight,
        verticalAlign: 'middle',
        fontFamily,
        fontSize: fontSizes.text,
        ...style,
      },
    });
  };
  const write = (text: string, column: number, row: number, fill: string, isBest = false): void => {
    const left = bounds.left + widths.slice(0, column).reduce((sum, own) => sum + own + columnGap, 0);
    const { align } = columns[column]!;
    const fontWeight = isBest ? 'bold' : 'normal';
    if (align === 'left') {
      put(fittedText(isBest ? `${text}${mark}` : text, widths[column]!), left, row, { fill, fontWeight });
      return;
    }
    // The mark stands behind numbers, so that their digits stay below each other.
    const markWidth = marked[column] && row > 0 ? textWidth(mark, fontSizes.text) : 0;
    const end = left + widths[column]! - markWidth;
    put(fittedText(text, widths[column]! - markWidth), end, row, { fill, fontWeight, align });
    if (isBest) put(mark.trim(), end + 3, row, { fill, fontWeight });
  };

  for (const [i, { name }] of columns.entries()) write(name, i, 0, theme.mutedText);
  line(bounds.top + rowHeight - 1, theme.axisLine);
  for (const [row, { cells }] of shown.entries()) {
    for (const [i, { text, isBest }] of cells.entries()) {
      write(text, i, row + 1, isBest ? theme.hues.blue : theme.text, isBest);
    }
    line(bounds.top + (row + 2) * rowHeight - 1, theme.gridLine);
  }
  const missing = rows.length - shown.length;
  if (missing > 0) put(`… ${missing} more`, bounds.left, shown.length + 1, { fill: theme.mutedText });
  return elements;
}

/** Widths that together take no more than `room`: the widest give way first. */
function fitted(widths: readonly number[], room: number): number[] {
  const available = room - (widths.length - 1) * columnGap;
  let limit = Math.max(minWidth, ...widths);
  while (limit > minWidth && widths.reduce((sum, width) => sum + Math.min(width, limit), 0) > available)
    limit--;
  return widths.map((width) => Math.min(width, limit));
}

function fittedText(text: string, pixels: number): string {
  const plain = drawable(text);
  return textWidth(plain, fontSizes.text) <= pixels
    ? plain
    : shorten(plain, columnsIn(pixels, fontSizes.text));
}
