import { shortNumber } from '../axes/number-label.ts';
import { axisValues, scaleOf } from '../axes/scale.ts';
import type { BarSeries, CategoryAxis, ChartOption } from '../option.ts';
import { displayWidth, printable, shorten } from '../text/glyph.ts';
import type { Space } from './plot.ts';
import { terminalColor } from './series-style.ts';
import type { TextGrid } from './text-grid.ts';

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const faint = { faint: true } as const;

/**
 * Draws bars lying down, a row for each, with its label before and its value behind: a category's name has room
 * there, and a length is read more finely than a height of few rows.
 *
 * @returns false, with nothing drawn, where the option is not of bars alone or has more of them than rows
 */
export function bars(page: TextGrid, { top, bottom }: Space, option: ChartOption): boolean {
  const { xAxis, yAxis } = option;
  const series = option.series.filter((one) => one.type === 'bar');
  if (xAxis.type !== 'category' || yAxis[0].type === 'category') return false;
  if (series.length === 0 || series.length < option.series.length) return false;
  const names = xAxis.name || yAxis[0].name ? 1 : 0;
  if (series.length * xAxis.data.length + names > bottom - top) return false;

  const labels = xAxis.data.map(printable);
  const labelWidth = Math.min(widest([...labels, xAxis.name ?? '']), Math.floor(page.columns / 3));
  const values = series.flatMap(({ data }) => data.map(({ value }) => text(value)));
  const valueWidth = Math.min(widest(values), Math.floor(page.columns / 3));
  const left = labelWidth + 2;
  const length = Math.max(1, page.columns - left - valueWidth - 1);
  const { min, max } = scaleOf(yAxis[0], axisValues(option, 0), 4);
  const cells = (value: number) => Math.min(1, Math.max(0, (value - min) / (max - min))) * length;

  if (names) writeNames(page, top, xAxis, yAxis[0].name ?? '', labelWidth);
  for (const [category, label] of labels.entries()) {
    for (const [index, one] of series.entries()) {
      const row = top + names + category * series.length + index;
      if (index === 0) page.writeBefore(row, labelWidth, shorten(label, labelWidth));
      page.write(row, labelWidth + 1, '│', faint);
      const end = writeBar(page, row, left, one, category, cells);
      page.write(row, left + end + (end > 0 ? 1 : 0), text(one.data[category]?.value ?? null));
    }
  }
  return true;
}

/** @returns how many cells from the line the bar ends */
function writeBar(
  page: TextGrid,
  row: number,
  left: number,
  { data }: BarSeries,
  category: number,
  cells: (value: number) => number,
): number {
  const bar = data[category];
  if (!bar || bar.value === null) return 0;
  const style = { color: terminalColor(bar.itemStyle.color) };
  const zero = cells(0);
  const end = cells(bar.value);
  if (bar.value < 0) {
    const from = Math.floor(end);
    page.write(row, left + from, '█'.repeat(Math.max(1, Math.round(zero) - from)), style);
    return Math.round(zero);
  }
  const from = Math.round(zero);
  const parts = Math.round((end - from) * 8);
  page.write(row, left + from, '█'.repeat(Math.max(0, parts >> 3)) + eighths[Math.max(0, parts) & 7], style);
  return Math.max(from, from + Math.ceil(parts / 8));
}

function writeNames(
  page: TextGrid,
  row: number,
  xAxis: CategoryAxis,
  yName: string,
  labelWidth: number,
): void {
  page.writeBefore(row, labelWidth, shorten(printable(xAxis.name ?? ''), labelWidth), faint);
  page.write(row, labelWidth + 2, printable(yName), faint);
}

function text(value: number | null): string {
  return value === null ? 'no value' : shortNumber(value, 3);
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(displayWidth));
}
