import type { Column } from './column.ts';

/** A piece of a contour line. */
export type Segment = readonly [x0: number, y0: number, x1: number, y1: number];

/**
 * The line on which values at the nodes of a grid equal `level`, interpolated linearly along the grid's edges. The two
 * ambiguous cases are decided by the mean of the four corners. Source: Lorensen & Cline, "Marching cubes" (1987), in two
 * dimensions.
 *
 * @param values row after row, `x.length` in each of `y.length` rows
 */
export function contour(x: Column, y: Column, values: Column, level: number): Segment[] {
  const segments: Segment[] = [];
  const columns = x.length;
  for (let row = 0; row + 1 < y.length; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column;
      // Corners counter-clockwise from the lower left, each edge from a corner to the next.
      const corners = [values[at]!, values[at + 1]!, values[at + columns + 1]!, values[at + columns]!];
      if (!corners.every(Number.isFinite)) continue;
      const cross = (from: number): readonly [number, number] => {
        const to = (from + 1) % 4;
        const share = (level - corners[from]!) / (corners[to]! - corners[from]!);
        const px = [x[column]!, x[column + 1]!, x[column + 1]!, x[column]!];
        const py = [y[row]!, y[row]!, y[row + 1]!, y[row + 1]!];
        return [px[from]! + share * (px[to]! - px[from]!), py[from]! + share * (py[to]! - py[from]!)];
      };
      const above = corners.map((value) => value >= level);
      const crossed = [0, 1, 2, 3].filter((edge) => above[edge] !== above[(edge + 1) % 4]);
      if (crossed.length === 2) segments.push([...cross(crossed[0]!), ...cross(crossed[1]!)]);
      if (crossed.length !== 4) continue;
      const isMiddleAbove = corners.reduce((sum, value) => sum + value, 0) / 4 >= level;
      const pairs =
        isMiddleAbove === above[0]
          ? [
              [0, 1],
              [2, 3],
            ]
          : [
              [3, 0],
              [1, 2],
            ];
      for (const [from, to] of pairs) segments.push([...cross(from!), ...cross(to!)]);
    }
  }
  return segments;
}
