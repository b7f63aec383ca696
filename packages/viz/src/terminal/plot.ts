import { axisValues, type Scale, scaleOf, yAxisIndex } from '../axes/scale.ts';
import type { Axis, ChartOption, Point, Series } from '../option.ts';
import { displayWidth, printable, shorten } from '../text/glyph.ts';
import { DotGrid } from './dot-grid.ts';
import { type ColorFill, fieldCells, writeField } from './field.ts';
import type { SeriesStyle } from './series-style.ts';
import type { TextGrid } from './text-grid.ts';

/** Rows of a page in which a plot stands, its axes and their names included. */
export interface Space {
  readonly top: number;
  readonly bottom: number;
}

/** The cells inside the axes. */
interface Field {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
}

/** An axis as both kinds have it: places between 0 and 1, some with a label. */
interface Ruler {
  readonly name: string;
  readonly labels: readonly { at: number; text: string }[];
  position(value: number): number;
}

const minColumns = 10;
const faint = { faint: true } as const;

/** Draws axes, ticks, names and series into the page. */
export function plot(
  page: TextGrid,
  { top, bottom }: Space,
  option: ChartOption,
  styles: readonly (SeriesStyle | undefined)[],
  fill: ColorFill,
): void {
  const hasNames = option.yAxis.some(({ name }) => name);
  const height = bottom - top;
  // Where rows are short: first the name of x goes, then those of y, then the axis of x with its labels.
  const xName = option.xAxis.name && height >= 7 ? 1 : 0;
  const yName = hasNames && height >= 6 ? 1 : 0;
  const xAxis = height >= 4 ? 2 : 0;
  const rows = height - xName - yName - xAxis;
  const sides = option.yAxis.map((axis, side) => ruler(axis, option, side === 0 ? 0 : 1, yTicks(rows)));
  const [left = 0, right = 0] = gutters(sides, page.columns);
  const field: Field = { left, top: top + yName, columns: page.columns - left - right, rows };
  const x = ruler(
    option.xAxis,
    option,
    'x',
    Math.max(field.columns < minColumns ? 1 : 2, Math.floor(field.columns / 12)),
  );

  if (yName) writeNames(page, top, sides);
  for (const [side, y] of sides.entries()) writeSide(page, field, y, side === 1, side === 0 ? left : right);
  if (xAxis) writeBase(page, field, x, xName === 1);
  const backgrounds: (string | undefined)[] = [];
  for (const one of option.series) {
    if (one.type !== 'field' || one.data.length === 0 || !option.visualMap) continue;
    const cells = fieldCells(one, x.position, sides[0]!.position, field.columns, field.rows);
    backgrounds.push(...writeField(page, field, cells, option.visualMap, fill));
  }
  const drawn = new Uint8Array(field.columns * field.rows);
  for (const { series, style } of bottomToTop(option.series, styles)) {
    const dots = dotsOf(field, series, style, x, sides[yAxisIndex(series)] ?? sides[0]!);
    writeDots(page, field, dots, style, drawn, backgrounds);
  }
}

function bottomToTop(
  series: readonly Series[],
  styles: readonly (SeriesStyle | undefined)[],
): { series: Series; style: SeriesStyle }[] {
  const height = (one: Series) => ('z' in one ? one.z : 0);
  return series
    .flatMap((one, index) => (styles[index] ? [{ series: one, style: styles[index] }] : []))
    .sort((a, b) => height(a.series) - height(b.series));
}

function ruler(axis: Axis, option: ChartOption, which: 'x' | 0 | 1, count: number): Ruler {
  const name = printable(axis.name ?? '');
  if (axis.type === 'category') {
    const place = (index: number) => (index + 0.5) / axis.data.length;
    return {
      name,
      position: place,
      labels: axis.data.map((text, i) => ({ at: place(i), text: printable(text) })),
    };
  }
  const scale: Scale = scaleOf(axis, axisValues(option, which), count);
  const labels = scale.ticks.map((tick) => ({ at: scale.position(tick), text: scale.label(tick) }));
  return { name, labels, position: scale.position };
}

function yTicks(rows: number): number {
  return rows < 3 ? 1 : rows < 5 ? 2 : Math.max(3, Math.floor(rows / 3));
}

/** Columns for tick labels and line at the left and right; none where the plot would get too narrow. */
function gutters(sides: readonly Ruler[], columns: number): number[] {
  const full = sides.map(({ labels }) => Math.max(0, ...labels.map(({ text }) => displayWidth(text))) + 2);
  for (const widths of [full, [full[0]!, 1].slice(0, sides.length), sides.map(() => 1), sides.map(() => 0)]) {
    if (columns - widths.reduce((sum, width) => sum + width, 0) >= Math.min(minColumns, columns))
      return widths;
  }
  return [];
}

function writeNames(page: TextGrid, row: number, [left, right]: readonly Ruler[]): void {
  const room = right ? Math.floor((page.columns - 1) / 2) : page.columns;
  page.write(row, 0, shorten(left!.name, room), faint);
  if (right) page.writeBefore(row, page.columns, shorten(right.name, room), faint);
}

function writeSide(
  page: TextGrid,
  { left, top, columns, rows }: Field,
  y: Ruler,
  isRight: boolean,
  width: number,
): void {
  if (width === 0) return;
  const line = isRight ? left + columns : left - 1;
  for (let row = 0; row < rows; row++) page.write(top + row, line, '│', faint);
  for (const { at, text } of y.labels) {
    if (!(at >= -1e-9 && at <= 1 + 1e-9)) continue;
    const row = top + cellOf(1 - at, rows, 4);
    page.write(row, line, isRight ? '├' : '┤', faint);
    if (width < 2) continue;
    if (isRight) page.write(row, line + 2, text, faint);
    else page.writeBefore(row, line - 1, text, faint);
  }
}

function writeBase(page: TextGrid, { left, top, columns, rows }: Field, x: Ruler, named: boolean): void {
  const row = top + rows;
  if (left > 0) page.write(row, left - 1, '└', faint);
  page.write(row, left, '─'.repeat(columns), faint);
  if (left + columns < page.columns) page.write(row, left + columns, '┘', faint);
  let free = 0;
  for (const { at, text } of x.labels) {
    if (!(at >= -1e-9 && at <= 1 + 1e-9)) continue;
    const tick = left + cellOf(at, columns, 2);
    const width = displayWidth(text);
    const start = Math.max(0, Math.min(page.columns - width, tick - Math.floor(width / 2)));
    if (start < free || width > page.columns) continue;
    page.write(row, tick, '┬', faint);
    page.write(row + 1, start, text, faint);
    free = start + width + 1;
  }
  if (!named) return;
  const name = shorten(x.name, page.columns);
  const centred = left + Math.floor((columns - displayWidth(name)) / 2);
  page.write(row + 2, Math.max(0, Math.min(page.columns - displayWidth(name), centred)), name, faint);
}

/** The cell, of `cells` with `dots` dots each, in which the dot at a place between 0 and 1 lies. */
function cellOf(at: number, cells: number, dots: number): number {
  return Math.floor(Math.round(Math.min(1, Math.max(0, at)) * (cells * dots - 1)) / dots);
}

function dotsOf(field: Field, series: Series, style: SeriesStyle, xAxis: Ruler, yAxis: Ruler): DotGrid {
  const dots = new DotGrid(field.columns, field.rows);
  if (series.type === 'line') {
    if (series.areaStyle && !style.mark) fillBelow(dots, series.data, xAxis, yAxis);
    drawLine(dots, series.data, style, xAxis, yAxis);
  } else if (series.type === 'scatter') {
    for (const [x, y] of series.data) if (y !== null) dots.point(xAxis.position(x), yAxis.position(y));
  } else if (series.type === 'bar') {
    const half = 0.35 / series.data.length;
    for (const [index, { value }] of series.data.entries()) {
      const middle = xAxis.position(index);
      if (value !== null) dots.fill(middle - half, yAxis.position(0), middle + half, yAxis.position(value));
    }
  }
  return dots;
}

/**
 * A cell has one colour, that of the last series in it, but keeps the dots of all, so that no line seems to break
 * where another crosses it. Faint dots give way: they would hide the average in front of them.
 */
function writeDots(
  page: TextGrid,
  field: Field,
  dots: DotGrid,
  style: SeriesStyle,
  drawn: Uint8Array,
  backgrounds: readonly (string | undefined)[],
): void {
  for (let row = 0; row < field.rows; row++) {
    for (let column = 0; column < field.columns; column++) {
      const pattern = dots.pattern(column, row);
      if (pattern === 0) continue;
      const cell = row * field.columns + column;
      const all = drawn[cell]! | pattern;
      const background = backgrounds[cell];
      if (!style.text.faint) drawn[cell] = all;
      page.write(
        field.top + row,
        field.left + column,
        style.mark ?? String.fromCharCode(0x2800 + all),
        background === undefined ? style.text : { ...style.text, background },
      );
    }
  }
}

function drawLine(
  dots: DotGrid,
  data: readonly Point[],
  style: SeriesStyle,
  xAxis: Ruler,
  yAxis: Ruler,
): void {
  const places = data.map(([x, y]) =>
    y === null ? undefined : placeOf(xAxis.position(x), yAxis.position(y)),
  );
  let phase = 0;
  for (const [i, here] of places.entries()) {
    const last = places[i - 1];
    if (here && last) phase = dots.line(...last, ...here, style.dash, phase);
    else if (here && !places[i + 1]) dots.spot(...here);
  }
}

/** Every second column of dots below the line, so that the fill is lighter than the line. */
function fillBelow(dots: DotGrid, data: readonly Point[], xAxis: Ruler, yAxis: Ruler): void {
  const base = Math.max(0, yAxis.position(0));
  for (const [i, [x, y]] of data.entries()) {
    const next = data[i + 1];
    if (!next || y === null || next[1] === null) continue;
    const [from, to] = [xAxis.position(x), xAxis.position(next[0])];
    const top = yAxis.position(Math.min(y, next[1]));
    if (Number.isFinite(from) && Number.isFinite(to) && to > from) dots.hatch(from, base, to, top);
  }
}

function placeOf(x: number, y: number): [number, number] | undefined {
  return Number.isFinite(x) && Number.isFinite(y) ? [x, y] : undefined;
}
