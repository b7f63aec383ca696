import type { ChartOption } from '../option.ts';
import { shareOf } from '../raster/field-image.ts';
import { displayWidth, printable, shorten } from '../text/glyph.ts';
import { luminance, mixColors } from '../theme/palette.ts';
import type { ColorFill } from './field.ts';
import type { Space } from './plot.ts';
import type { TextGrid } from './text-grid.ts';

const faint = { faint: true } as const;

/**
 * Draws a heat map whose cells have texts as a table: names of rows at the left, of columns on top.
 *
 * @returns false, with nothing drawn, where the option has no such heat map or the page is too small for its texts
 */
export function matrix(
  page: TextGrid,
  { top, bottom }: Space,
  option: ChartOption,
  { colors }: ColorFill,
): boolean {
  const series = option.series.find((one) => one.type === 'heatmap');
  const { xAxis, yAxis, visualMap } = option;
  if (!series?.label || !visualMap || xAxis.type !== 'category' || yAxis[0].type !== 'category') return false;
  const rowName = printable(yAxis[0].name ?? '');
  const names = `${rowName} ↓  ${printable(xAxis.name ?? '')} →`;
  const labels = yAxis[0].data.map(printable);
  const left = Math.min(Math.max(1, ...labels.map(displayWidth)), Math.floor(page.columns / 3));
  const widest = Math.max(1, ...series.data.map(([, , , text]) => displayWidth(text ?? '')));
  const wanted = Math.max(widest, ...xAxis.data.map((name) => displayWidth(printable(name)))) + 2;
  const cell = Math.min(wanted, Math.floor((page.columns - left - 1) / Math.max(1, xAxis.data.length)));
  if (cell < widest + 1 || labels.length + 2 > bottom - top) return false;

  page.write(top, 0, shorten(names, page.columns), faint);
  for (const [i, name] of xAxis.data.entries()) {
    const text = shorten(printable(name), cell - 1);
    page.writeBefore(top + 1, left + 1 + (i + 1) * cell, `${text} `, faint);
  }
  const rowOf = (y: number) =>
    top + 2 + (yAxis[0].type === 'category' && yAxis[0].inverse ? y : labels.length - 1 - y);
  for (const [y, label] of labels.entries()) page.writeBefore(rowOf(y), left, shorten(label, left));
  for (const [x, y, value, text = ''] of series.data) {
    const at = left + 1 + x * cell;
    const color = colors && mixColors(colors, shareOf(value, visualMap.min, visualMap.max));
    const style = color
      ? { background: color, color: luminance(color) > 0.3 ? '#111111' : '#ffffff' }
      : undefined;
    const padded = `${' '.repeat(Math.max(0, cell - 1 - displayWidth(text)))}${text} `;
    page.write(rowOf(y), at, padded, style);
  }
  return true;
}
