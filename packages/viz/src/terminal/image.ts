import type { ChartOption } from '../option.ts';
import { displayWidth, printable, shorten } from '../text/glyph.ts';
import { type ColorFill, fieldCells, writeField } from './field.ts';
import type { Space } from './plot.ts';
import { terminalColor } from './series-style.ts';
import type { TextGrid } from './text-grid.ts';

/**
 * Draws a field whose axes show nothing as an image of square pixels with its caption below, as large as there is room
 * in whole pixels, else in means of several.
 *
 * @returns false, with nothing drawn, where the option holds no such field
 */
export function imageField(
  page: TextGrid,
  { top, bottom }: Space,
  option: ChartOption,
  fill: ColorFill,
): boolean {
  const series = option.series.find((one) => one.type === 'field');
  const { xAxis, yAxis, visualMap } = option;
  if (!series || !visualMap || xAxis.type === 'category' || xAxis.labels !== 'none') return false;
  if (yAxis[0].type === 'category' || yAxis[0].labels !== 'none') return false;
  const caption = (xAxis.name ?? '').split('\n').filter(Boolean);
  const shown = caption.slice(0, Math.max(0, bottom - top - 3));
  const [width, height] = [series.xEdges.length - 1, series.yEdges.length - 1];
  const room = bottom - top - shown.length;
  const pool = Math.max(1, Math.ceil(width / page.columns), Math.ceil(height / (2 * Math.max(1, room))));
  const columns = Math.ceil(width / pool);
  const rows = Math.min(room, Math.ceil(height / pool / 2));
  const place = (edges: readonly number[]) => {
    const [first, last] = [edges[0]!, edges.at(-1)!];
    return (value: number) => (value - first) / (last - first);
  };
  const cells = fieldCells(series, place(series.xEdges), place(series.yEdges), columns, rows);
  writeField(page, { left: 0, top, columns, rows }, cells, visualMap, fill);
  const color = xAxis.nameTextStyle?.color;
  for (const [i, line] of shown.entries()) {
    const text = shorten(printable(line), page.columns);
    const at = Math.max(0, Math.floor((columns - displayWidth(text)) / 2));
    page.write(
      top + rows + i,
      at,
      text,
      color ? { color: terminalColor(color), bold: true } : { faint: true },
    );
  }
  return true;
}
