import { allSeries } from '../echarts/heading.ts';
import type { Chart, Series } from '../option.ts';
import { displayWidth, printable, shorten, wrap } from '../text/glyph.ts';
import type { SeriesStyle } from './series-style.ts';
import type { TextGrid, TextStyle } from './text-grid.ts';

/** A text with its style; a row of a page is several of them, each at its column. */
interface Piece {
  readonly column: number;
  readonly text: string;
  readonly style?: TextStyle;
}

type Row = readonly Piece[];

/** What stands above the plot, as rows, in the order in which it is given up where height is short. */
export interface Head {
  readonly title: readonly Row[];
  readonly notes: readonly Row[];
  readonly legend: readonly Row[];
  /** What explains colours of values. */
  readonly key: readonly Row[];
  /** Width of the page. */
  readonly columns: number;
}

/** Between two entries of a legend. */
const gap = 3;
/** The mark and the name. */
const piecesOfEntry = 2;

export function head(
  option: Chart,
  styles: readonly (SeriesStyle | undefined)[],
  columns: number,
  key: readonly Row[],
): Head {
  const title = printable(option.title?.text ?? '').trim();
  const notes = (option.title?.subtext ?? '').split('\n').flatMap((note) => wrap(printable(note), columns));
  return {
    title: title ? [[{ column: 0, text: title, style: { bold: true } }]] : [],
    notes: notes.map((text) => [{ column: 0, text, style: { faint: true } }]),
    legend:
      'legend' in option && option.legend
        ? legend(allSeries(option), option.legend.data, styles, columns)
        : [],
    key,
    columns,
  };
}

/** The rows of a head that leave `room` rows below them; the notes go first, then the title, the key, the legend's end last. */
export function fitting({ title, notes, legend, key, columns }: Head, height: number, room: number): Row[] {
  for (const rows of [
    [...title, ...notes, ...legend, ...key],
    [...title, ...notes.slice(0, 1), ...legend, ...key],
    [...title, ...legend, ...key],
    [...legend, ...key],
  ]) {
    if (rows.length <= height - room) return rows;
  }
  return cutLegend(legend, Math.max(0, height - room), columns);
}

/** The first rows of a legend; the last says how many entries are missing, in place of as many as it needs room for. */
function cutLegend(legend: readonly Row[], count: number, columns: number): Row[] {
  if (count === 0 || legend.length <= count) return legend.slice(0, count);
  const shown = legend.slice(0, count - 1);
  const last = [...legend[count - 1]!];
  let missing = legend.slice(count).flat().length / piecesOfEntry;
  for (;;) {
    const text = `… ${missing} more`;
    const end = last.at(-1);
    const column = end ? end.column + displayWidth(end.text) + gap : 0;
    if (!end || column + displayWidth(text) <= columns) return [...shown, [...last, { column, text }]];
    last.splice(-piecesOfEntry);
    missing++;
  }
}

export function writeRows(page: TextGrid, rows: readonly Row[]): void {
  for (const [row, pieces] of rows.entries()) {
    for (const { column, text, style } of pieces) page.write(row, column, text, style);
  }
}

function legend(
  series: readonly Series[],
  names: readonly string[],
  styles: readonly (SeriesStyle | undefined)[],
  columns: number,
): Row[] {
  const rows: Piece[][] = [[]];
  let at = 0;
  for (const name of names) {
    const index = series.findIndex((one, i) => one.name === name && styles[i] !== undefined);
    const style = styles[index];
    if (!style) continue;
    const key = keyOf(style, series[index]!.type);
    const text = shorten(printable(name), Math.max(1, columns - displayWidth(key) - 1));
    const width = displayWidth(key) + 1 + displayWidth(text);
    if (at > 0 && at + width > columns) {
      rows.push([]);
      at = 0;
    }
    rows
      .at(-1)!
      .push({ column: at, text: key, style: style.text }, { column: at + displayWidth(key) + 1, text });
    at += width + gap;
  }
  return rows;
}

function keyOf({ mark, dash }: SeriesStyle, type: string): string {
  if (mark) return mark;
  if (type === 'bar') return '█';
  if (type === 'heatmap' || type === 'field') return '▒';
  if (type === 'scatter') return '⠶';
  if (dash.period === 1) return '⠒⠒⠒';
  return dash.on > 1 ? '⠒ ⠒' : '⠂⠂⠂';
}
