import type { ChartOption, HeatmapSeries } from '../option.ts';
import { mixColors } from '../theme/palette.ts';
import type { ColorFill } from './field.ts';
import type { Space } from './plot.ts';
import type { TextGrid } from './text-grid.ts';

const shades = [' ', '░', '▒', '▓', '█'] as const;

/**
 * Draws the cells of a heat map as squares: with colour two above each other in a half block, without colour a shade
 * in two characters. Where there is no room for all of them, squares of 2 × 2, 3 × 3, … become one, their mean.
 *
 * @returns false, with nothing drawn, where the option holds no heat map
 */
export function heatmap(
  page: TextGrid,
  space: Space,
  option: ChartOption,
  { colors: color }: ColorFill,
): boolean {
  const series = option.series.find((one) => one.type === 'heatmap');
  const { xAxis, yAxis, visualMap } = option;
  if (!series || !visualMap || xAxis.type !== 'category' || yAxis[0].type !== 'category') return false;
  const [columns, rows] = [xAxis.data.length, yAxis[0].data.length];
  const room = {
    columns: color ? page.columns : Math.floor(page.columns / 2),
    rows: space.bottom - space.top,
  };
  const pool = Math.max(
    1,
    Math.ceil(columns / Math.max(1, room.columns)),
    Math.ceil(rows / Math.max(1, color ? 2 * room.rows : room.rows)),
  );
  const cells = pooled(series, columns, rows, pool, visualMap.min, visualMap.max, yAxis[0].inverse === true);
  for (const [row, line] of cells.entries()) {
    for (const [column, share] of line.entries()) {
      if (!color) {
        const shade = shades[Math.round(share * (shades.length - 1))]!;
        page.write(space.top + row, 2 * column, shade + shade);
      } else if (row % 2 === 0) {
        const [upper, lower] = [share, cells[row + 1]?.[column]].map((one) =>
          one === undefined ? undefined : mixColors(color, one),
        );
        page.write(space.top + row / 2, column, '▀', {
          ...(upper === undefined ? {} : { color: upper }),
          ...(lower === undefined ? {} : { background: lower }),
        });
      }
    }
  }
  return true;
}

/** Rows from the top, each of the means of `pool` × `pool` cells, as a share from 0 at `min` to 1 at `max`. */
function pooled(
  { data }: HeatmapSeries,
  columns: number,
  rows: number,
  pool: number,
  min: number,
  max: number,
  topDown: boolean,
): number[][] {
  const [across, down] = [Math.ceil(columns / pool), Math.ceil(rows / pool)];
  const sums = Array.from({ length: down }, () => Array.from({ length: across }, () => 0));
  const counts = Array.from({ length: down }, () => Array.from({ length: across }, () => 0));
  for (const [x, y, value] of data) {
    const column = Math.floor(x / pool);
    const row = Math.floor((topDown ? y : rows - 1 - y) / pool);
    sums[row]![column]! += Math.min(1, Math.max(0, (value - min) / (max - min)));
    counts[row]![column]!++;
  }
  return sums.map((line, row) => line.map((sum, column) => sum / Math.max(1, counts[row]![column]!)));
}
