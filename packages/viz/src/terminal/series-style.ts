import type { Series } from '../option.ts';
import { type Hue, hueOf } from '../theme/palette.ts';
import { themed, themes } from '../theme/theme.ts';
import type { Dash } from './dot-grid.ts';
import { solid } from './dot-grid.ts';
import { nearestColor } from './terminal-color.ts';
import type { TextStyle } from './text-grid.ts';

/** How the terminal draws one series. */
export interface SeriesStyle {
  /** Drawn in every cell that the series touches; `undefined`: the dots themselves. */
  readonly mark: string | undefined;
  readonly text: TextStyle;
  readonly dash: Dash;
}

/** Of the terminal's 256 colours, the nearest that can be read on black and on white. */
const terminalHues: Readonly<Record<Hue, number>> = {
  blue: 32,
  vermillion: 166,
  green: 36,
  purple: 175,
  orange: 172,
  sky: 74,
  black: 245,
  yellow: 178,
};

/** ASCII, because the width of ○ or × depends on the terminal's font. */
const marks = [...'xo+*#@%&abcdefghijklmnpqrstuvwyz'];

/** From this share of cells on, points are drawn as dots: marks would run together. */
const crowded = 0.25;

/**
 * With colour a series is marked by its colour and its dash. Without, the first series is drawn in dots and every other
 * name has a mark of its own; measured values behind a smoothed line are then left out (`undefined`).
 */
export function seriesStyles(
  series: readonly Series[],
  color: boolean,
  cells: number,
): (SeriesStyle | undefined)[] {
  const names = [...new Set(series.map(({ name }) => name))];
  const isSparse = (one: Series) => one.type === 'scatter' && one.data.length <= crowded * cells;
  const firstMarked = series[0] && !isSparse(series[0]) ? 1 : 0;
  return series.map((one) => {
    const index = names.indexOf(one.name);
    if (color) {
      const text = { color: terminalColor(colorOf(one)), faint: isFaint(one) };
      return { mark: isSparse(one) ? marks[index % marks.length] : undefined, text, dash: dashOf(one) };
    }
    if (isFaint(one) && series.some((other) => isAverageOf(other, one))) return undefined;
    const mark =
      index < firstMarked || (isFaint(one) && one.type === 'line')
        ? undefined
        : marks[(index - firstMarked) % marks.length];
    return { mark, text: {}, dash: solid };
  });
}

/** Whether a line is the smoothed one of measured values. */
function isAverageOf(line: Series, measured: Series): boolean {
  return line !== measured && line.type === 'line' && !isFaint(line) && line.name === measured.name;
}

function isFaint(series: Series): boolean {
  if (series.type === 'line') return series.lineStyle.opacity < 0.5;
  return series.type === 'scatter' && series.itemStyle.opacity < 0.5;
}

function colorOf(series: Series): string {
  if (series.type === 'line') return series.lineStyle.color;
  if (series.type === 'scatter') return series.itemStyle.color;
  return series.type === 'bar' ? (series.data[0]?.itemStyle.color ?? '') : '';
}

function dashOf(series: Series): Dash {
  if (series.type !== 'line' || series.lineStyle.type === 'solid') return solid;
  return series.lineStyle.type === 'dashed' ? { on: 5, period: 8 } : { on: 1, period: 3 };
}

/** The terminal's colour for a colour of the palette, or the nearest one for another `#rrggbb`. */
export function terminalColor(color: string): number {
  const hue = hueOf(color);
  return hue ? terminalHues[hue] : nearestColor(themed(color, themes.dark));
}
