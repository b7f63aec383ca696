import type { Scale } from '../axes/scale.ts';
import type { FieldSeries } from '../option.ts';
import { mixColors } from '../theme/palette.ts';
import { indexedPng } from './indexed-png.ts';

/** Colours of a field's image; the 256th index is the empty cell. */
const shades = 255;

/** How the cells of a field lie on the axes of a plot, and the colours of its values. */
export interface FieldPlacement {
  readonly x: Scale;
  readonly y: Scale;
  /** The value at the lower end of the colours and at the upper end. */
  readonly min: number;
  readonly max: number;
  readonly colors: readonly string[];
}

/**
 * The field as an image that covers the plot, a `data:` URI. Where the cells of an axis have one width, a pixel is a cell
 * (or half of one); else there are `width` (`height`) pixels, each of the colour of the cell that holds its centre.
 */
export function fieldImage(
  field: FieldSeries,
  { x, y, min, max, colors }: FieldPlacement,
  [width, height]: readonly [width: number, height: number],
  exact = false,
): string {
  const xCells = cellsOf(field.xEdges.map(x.position), width, exact);
  const yCells = cellsOf(field.yEdges.map(y.position), height, exact);
  const columns = field.xEdges.length - 1;
  const indices = new Uint8Array(xCells.length * yCells.length);
  for (let row = 0; row < yCells.length; row++) {
    const cellRow = yCells[yCells.length - 1 - row]!;
    for (let column = 0; column < xCells.length; column++) {
      const value =
        cellRow < 0 || xCells[column]! < 0 ? null : (field.data[cellRow * columns + xCells[column]!] ?? null);
      const share = value === null ? 0 : shareOf(value, min, max);
      indices[row * xCells.length + column] = value === null ? shades : Math.round(share * (shades - 1));
    }
  }
  const palette = Array.from({ length: shades }, (_, i) => mixColors(colors, i / (shades - 1)));
  return indexedPng(xCells.length, yCells.length, indices, palette);
}

/** Where a value lies between `min` (0) and `max` (1); values beyond are cut. */
export function shareOf(value: number, min: number, max: number): number {
  return max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}

/** The index of the cell at the centre of each of the pixels of an axis; −1 where there is none. */
export function cellsOf(edges: readonly number[], pixels: number, exact: boolean): Int32Array {
  const count = edges.length - 1;
  // Cells of one width, or with outer cells of half that width, as around the nodes of a grid.
  const few = [count, 2 * (count - 1)].find(
    (steps) => steps > 0 && edges.every((edge) => isWhole(edge * steps)),
  );
  const cells = new Int32Array(few && !exact ? few : Math.max(1, Math.round(pixels)));
  let cell = 0;
  for (let pixel = 0; pixel < cells.length; pixel++) {
    const at = (pixel + 0.5) / cells.length;
    while (cell < count && !(edges[cell + 1]! > at)) cell++;
    cells[pixel] = cell < count && edges[cell]! <= at ? cell : -1;
  }
  return cells;
}
