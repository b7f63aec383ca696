import { parallelScale } from '../axes/parallel-scale.ts';
import type { Axis, ParallelLine, ParallelOption } from '../option.ts';
import { displayWidth, printable, shorten } from '../text/glyph.ts';
import { DotGrid } from './dot-grid.ts';
import type { Space } from './plot.ts';
import { terminalColor } from './series-style.ts';
import type { TextGrid } from './text-grid.ts';

/** An axis on the page: its column, and where values and labels are, 0 at the bottom and 1 at the top. */
interface Upright {
  readonly column: number;
  readonly name: string;
  readonly labels: readonly { readonly at: number; readonly text: string }[];
  position(value: ParallelLine['value'][number]): number | undefined;
}

const faint = { faint: true } as const;
/** Drawn along the best line where no colour marks it. */
const BEST_MARK = '*';
const MAX_LABEL = 12;

/** Draws upright axes with names on top and labels beside them, and the lines across; the best is bold, or of asterisks. */
export function parallel(
  page: TextGrid,
  { top, bottom }: Space,
  chart: ParallelOption,
  hasColor: boolean,
): void {
  const [series] = chart.series;
  const hasNames = bottom - top >= 3;
  const first = top + (hasNames ? 1 : 0);
  const rows = bottom - first;
  const columns = page.columns;
  const axes = uprights(chart, columns, rows);
  if (rows < 1 || axes.length === 0) return;

  const places = (line: ParallelLine): [number, number][] =>
    axes.flatMap((axis, i): [number, number][] => {
      const up = axis.position(line.value[i] ?? null);
      return up === undefined ? [] : [[(axis.column + 0.5) / columns, up]];
    });
  const lines = hasColor
    ? series.data
    : [...series.data.filter((line) => !line.isBest), ...series.data.filter((line) => line.isBest)];
  const drawn = new Uint8Array(columns * rows);
  for (const line of lines) {
    const dots = dotsOf(places(line), columns, rows);
    // The best in the terminal's own colour of text.
    const style = line.isBest
      ? { bold: true }
      : { color: terminalColor(line.lineStyle.color), faint: line.lineStyle.type === 'dashed' };
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const pattern = dots.pattern(column, row);
        if (pattern === 0) continue;
        const cell = row * columns + column;
        drawn[cell] = drawn[cell]! | pattern;
        const mark = line.isBest && !hasColor ? BEST_MARK : String.fromCharCode(0x2800 + drawn[cell]!);
        page.write(first + row, column, mark, style);
      }
    }
  }
  if (hasNames) writeNames(page, top, axes);
  for (const [i, axis] of axes.entries()) {
    for (let row = 0; row < rows; row++) page.write(first + row, axis.column, '│', faint);
    writeLabels(page, first, rows, axis, i === axes.length - 1);
  }
}

function dotsOf(places: readonly [number, number][], columns: number, rows: number): DotGrid {
  const dots = new DotGrid(columns, rows);
  for (const [i, [x, y]] of places.entries()) {
    const next = places[i + 1];
    if (next) dots.line(x, y, ...next);
    else if (i === 0) dots.spot(x, y);
  }
  return dots;
}

function uprights(chart: ParallelOption, columns: number, rows: number): readonly Upright[] {
  const { parallelAxis: axes } = chart;
  const count = Math.max(2, Math.floor(rows / 4));
  const rulers = axes.map((axis, i) => rulerOf(chart, axis, i, count));
  const last = rulers.at(-1);
  const widest = Math.max(0, ...(last?.labels.map(({ text }) => displayWidth(text)) ?? []));
  // The last axis has its labels at the right, all others theirs between it and the next.
  const tail = Math.min(widest + 1, Math.floor(columns / 3));
  const span = Math.max(0, columns - 1 - tail);
  return rulers.map((ruler, i) => ({
    ...ruler,
    column: axes.length === 1 ? 0 : Math.round((i * span) / (axes.length - 1)),
  }));
}

function rulerOf(chart: ParallelOption, axis: Axis, index: number, count: number): Omit<Upright, 'column'> {
  const name = printable(axis.name ?? '');
  const short = (text: string): string => shorten(printable(text), MAX_LABEL);
  const scale = parallelScale(chart, axis, index, count);
  if (axis.type === 'category' || scale === undefined) {
    const names = axis.type === 'category' ? axis.data : [];
    const at = (i: number): number => (i + 0.5) / Math.max(1, names.length);
    return {
      name,
      labels: names.map((text, i) => ({ at: at(i), text: short(text) })),
      position: (value) => {
        const i = names.indexOf(String(value));
        return value === null || i < 0 ? undefined : at(i);
      },
    };
  }
  return {
    name,
    labels: scale.ticks.map((tick) => ({ at: scale.position(tick), text: short(scale.label(tick)) })),
    position: (value) => {
      const at = typeof value === 'number' ? scale.position(value) : Number.NaN;
      return Number.isNaN(at) ? undefined : at;
    },
  };
}

/** Names over their axes, in the middle where the page has room at both sides, none on another. */
function writeNames(page: TextGrid, row: number, axes: readonly Upright[]): void {
  const slot = Math.max(1, Math.floor(page.columns / axes.length) - 1);
  let free = 0;
  for (const { name, column } of axes) {
    const width = displayWidth(shorten(name, slot));
    const centered = Math.min(page.columns - width, column - Math.floor(width / 2));
    const start = Math.max(free, centered);
    const text = shorten(name, Math.min(slot, page.columns - start));
    page.write(row, start, text, faint);
    free = start + displayWidth(text) + 1;
  }
}

function writeLabels(page: TextGrid, first: number, rows: number, axis: Upright, isLast: boolean): void {
  const taken = new Set<number>();
  for (const { at, text } of axis.labels) {
    if (!(at >= -1e-9 && at <= 1 + 1e-9)) continue;
    const row = first + Math.floor(Math.round((1 - at) * (rows * 4 - 1)) / 4);
    if (taken.has(row)) continue;
    taken.add(row);
    page.write(row, axis.column, '├', faint);
    page.write(row, axis.column + 1, isLast ? text : `${text} `, isLast ? faint : undefined);
  }
}
