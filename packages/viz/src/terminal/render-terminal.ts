import type { ChartOption } from '../option.ts';
import { bars } from './bars.ts';
import { fitting, head, writeRows } from './head.ts';
import { heatmap } from './heatmap.ts';
import { inks } from './ink.ts';
import { plot } from './plot.ts';
import { TextGrid } from './text-grid.ts';

export interface TerminalOptions {
  /** Columns that no line exceeds. Default 80. */
  readonly width?: number;
  /** Most lines; a plot takes them all, few bars take fewer. Default 20. */
  readonly height?: number;
  /** Whether to use the terminal's 256 colours. Default false: only the caller knows where the text goes. */
  readonly color?: boolean;
}

/** Share of the height that title, notes and legend leave to the plot. */
const plotShare = 0.6;

/**
 * The chart as lines of text: curves and points in Braille dots, axes in box-drawing characters. Without colour each
 * series but the first is drawn with a letter of its own. A small page loses notes, names and labels before it loses
 * the curve.
 *
 * @returns lines joined by line feeds, none at the end
 * @throws RangeError for a size that is not of positive integers
 */
export function renderTerminal(option: ChartOption, options: TerminalOptions = {}): string {
  const { width = 80, height = 20, color = false } = options;
  for (const size of [width, height]) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`renderTerminal: expected a size of positive integers, got ${width} × ${height}`);
    }
  }
  const page = new TextGrid(width, height);
  const inked = inks(option.series, color, width * height);
  const top = fitting(head(option, inked, width), height, Math.ceil(plotShare * height));
  writeRows(page, top);
  const space = { top: top.length, bottom: height };
  if (!heatmap(page, space, option, color) && !bars(page, space, option)) plot(page, space, option, inked);
  return page.lines(color).join('\n').trimEnd();
}
