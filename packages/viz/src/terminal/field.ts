import type { ChartOption, FieldSeries } from '../option.ts';
import { shareOf } from '../raster/field-image.ts';
import { mixColors } from '../theme/palette.ts';
import type { TextGrid } from './text-grid.ts';

/** The colours of a ramp as they are shown, or `undefined` where the terminal has none. */
export interface ColorFill {
  readonly colors: readonly string[] | undefined;
}

/** The terminal cells that a picture covers. */
export interface Cells {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
}

const shades = [' ', '░', '▒', '▓', '█'] as const;

/**
 * The mean of a field's values in each half of each terminal cell, two rows a cell from the top; `null` where the field
 * has no value. `x` and `y` give the place of an edge between 0 and 1.
 */
export function fieldCells(
  field: FieldSeries,
  x: (value: number) => number,
  y: (value: number) => number,
  columns: number,
  rows: number,
): (number | null)[][] {
  const xCells = covered(field.xEdges.map(x), columns);
  const yCells = covered(field.yEdges.map(y), 2 * rows).reverse();
  const width = field.xEdges.length - 1;
  return yCells.map(([bottom, top]) =>
    xCells.map(([left, right]) => mean(field.data, width, left, right, bottom, top)),
  );
}

/** Writes the halves as `▀` in two colours, or their mean as a shade. Returns the colour behind each cell. */
export function writeField(
  page: TextGrid,
  { left, top, columns, rows }: Cells,
  halves: readonly (readonly (number | null)[])[],
  { min, max }: NonNullable<ChartOption['visualMap']>,
  { colors }: ColorFill,
): (string | undefined)[] {
  const backgrounds: (string | undefined)[] = [];
  const share = (value: number) => shareOf(value, min, max);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const pair = [halves[2 * row]![column] ?? null, halves[2 * row + 1]![column] ?? null] as const;
      const both = pair.filter((value) => value !== null);
      const middle = both.reduce((sum, value) => sum + share(value), 0) / Math.max(1, both.length);
      backgrounds.push(colors && both.length > 0 ? mixColors(colors, middle) : undefined);
      if (both.length === 0) continue;
      if (!colors) {
        page.write(top + row, left + column, shades[Math.round(middle * (shades.length - 1))]!);
        continue;
      }
      const [upper, lower] = pair.map((value) =>
        value === null ? undefined : mixColors(colors, share(value)),
      );
      const mark = upper === undefined ? '▄' : '▀';
      page.write(top + row, left + column, mark, {
        color: (upper ?? lower)!,
        ...(upper !== undefined && lower !== undefined ? { background: lower } : {}),
      });
    }
  }
  return backgrounds;
}

/** The first and last cell that each of `count` pieces of [0, 1] covers; [0, −1] for none. */
function covered(edges: readonly number[], count: number): [first: number, last: number][] {
  const cells = edges.length - 1;
  return Array.from({ length: count }, (_, piece) => {
    const [from, to] = [piece / count, (piece + 1) / count];
    const middle = (from + to) / 2;
    let first = cells;
    let last = -1;
    for (let cell = 0; cell < cells; cell++) {
      const centre = (edges[cell]! + edges[cell + 1]!) / 2;
      const isHere = (centre >= from && centre < to) || (edges[cell]! <= middle && middle < edges[cell + 1]!);
      if (!isHere) continue;
      first = Math.min(first, cell);
      last = cell;
    }
    return last < 0 ? [0, -1] : [first, last];
  });
}

function mean(
  values: FieldSeries['data'],
  width: number,
  left: number,
  right: number,
  bottom: number,
  top: number,
): number | null {
  let sum = 0;
  let count = 0;
  for (let row = bottom; row <= top; row++) {
    for (let column = left; column <= right; column++) {
      const value = values[row * width + column];
      if (value === null || value === undefined) continue;
      sum += value;
      count++;
    }
  }
  return count > 0 ? sum / count : null;
}
