import type { LegendComponentOption, TitleComponentOption } from 'echarts';
import type { Chart, Series } from '../option.ts';
import { drawable, shorten, wrap } from '../text/glyph.ts';
import type { Theme } from '../theme/theme.ts';
import { columnsIn, fontFamily, fontSizes, textWidth } from './text-width.ts';

/** Title, notes and legend, one under the other, and the pixel row below which the plot may begin. */
export interface Heading {
  readonly title: TitleComponentOption | undefined;
  readonly legend: LegendComponentOption[];
  readonly bottom: number;
}

const lineHeights = { title: 20, note: 17, legend: 24 } as const;
const mark = { width: 26, height: 10, toText: 5, toNext: 12 } as const;
const maxNameWidth = 360;

type LegendItem = string | { name: string; itemStyle: { opacity: number } };

interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly margin: number;
}

export function heading(option: Chart, { left, top, width, height, margin }: Place, theme: Theme): Heading {
  const room = width - 2 * margin;
  const series = allSeries(option);
  let bottom = top + Math.max(0, margin - 2);
  let component: TitleComponentOption | undefined;

  const names = 'legend' in option ? (option.legend?.data ?? []) : [];
  const label = shortLabel(room);
  const rows = legendRows(names, label, room, (name) => markWidth(series, name));
  // A legend of many runs must leave the better part of the height to the plot.
  const shown = rows.slice(0, Math.max(1, Math.floor((0.4 * height) / lineHeights.legend)));
  const count = (some: typeof rows) => some.flat().reduce((sum, piece) => sum + piece.names.length, 0);
  const missing = count(rows) - count(shown);

  const title = titleLines(
    drawable(option.title?.text ?? ''),
    columnsIn(room, fontSizes.title),
    height < 300 ? 1 : 2,
  );
  const notes = [
    ...(option.title?.subtext ?? '').split('\n'),
    missing > 0 ? `${missing} more not in the legend` : '',
  ].flatMap((note) => wrap(drawable(note), columnsIn(room, fontSizes.text)));
  if (title.length + notes.length > 0) {
    component = {
      text: title.join('\n'),
      subtext: notes.join('\n'),
      left: left + margin,
      top: bottom,
      padding: 0,
      itemGap: title.length > 0 ? 4 : 0,
      textStyle: {
        fontFamily,
        fontSize: fontSizes.title,
        lineHeight: lineHeights.title,
        fontWeight: 'bold',
        color: theme.text,
      },
      subtextStyle: {
        fontFamily,
        fontSize: fontSizes.text,
        lineHeight: lineHeights.note,
        color: theme.mutedText,
      },
    };
    bottom += title.length * lineHeights.title + notes.length * lineHeights.note + 8;
  }
  // A legend for each row: one legend breaks its lines by widths of its own, for which no room was made.
  const legend = shown.flatMap((row, index) =>
    row.map(({ names, offset, markWidth }) => ({
      data: names.map((name) => legendItem(series, name)),
      formatter: label,
      left: left + margin + offset,
      top: bottom + index * lineHeights.legend - 2,
      width: 2 * width,
      padding: 0,
      itemGap: mark.toNext,
      itemWidth: markWidth,
      itemHeight: mark.height,
      // Texts are higher than marks: legends beside each other are placed by what is highest in each.
      textStyle: { fontFamily, fontSize: fontSizes.text, lineHeight: 16, color: theme.text },
      inactiveColor: theme.axisLine,
    })),
  );
  bottom += shown.length * lineHeights.legend;
  return { title: component, legend, bottom };
}

/** A line's mark is long enough to show its dashes, a point's is as wide as it is high. */
function markWidth(series: readonly Series[], name: string): number {
  const type = series.find((one) => one.name === name)?.type;
  return type === 'scatter' || type === 'bar' ? mark.height : mark.width;
}

/** ECharts gives every line's mark a symbol; a line without symbols gets an invisible one. */
function legendItem(series: readonly Series[], name: string): LegendItem {
  const first = series.find((one) => one.name === name);
  if (first?.type === 'line' && !first.showSymbol) return { name, itemStyle: { opacity: 0 } };
  // A cloud of faint points has a mark that is not.
  return first?.type === 'scatter' && first.itemStyle.opacity < 0.5
    ? { name, itemStyle: { opacity: 0.9 } }
    : name;
}

function shortLabel(room: number): (name: string) => string {
  const columns = columnsIn(Math.min(room - mark.width - mark.toText, maxNameWidth), fontSizes.text);
  return (name) => shorten(drawable(name), columns);
}

function titleLines(text: string, columns: number, most: number): string[] {
  if (most === 1) return text.trim() ? [shorten(text, columns)] : [];
  const [first, ...rest] = wrap(text, columns);
  return first === undefined ? [] : [first, ...(rest.length > 0 ? [shorten(rest.join(' '), columns)] : [])];
}

/** Names beside each other whose marks have one width, and the pixels before them in their row. */
interface LegendPiece {
  readonly names: string[];
  readonly offset: number;
  readonly markWidth: number;
}

function legendRows(
  names: readonly string[],
  label: (name: string) => string,
  room: number,
  widthOf: (name: string) => number,
): LegendPiece[][] {
  const rows: LegendPiece[][] = [];
  let used = 0;
  for (const name of names) {
    const markWidth = widthOf(name);
    const needed = markWidth + mark.toText + textWidth(label(name), fontSizes.text) + mark.toNext;
    if (used === 0 || used + needed > room + mark.toNext) {
      rows.push([]);
      used = 0;
    }
    const row = rows.at(-1)!;
    const piece = row.at(-1);
    if (piece?.markWidth === markWidth) piece.names.push(name);
    else row.push({ names: [name], offset: Math.ceil(used), markWidth });
    used += needed;
  }
  return rows;
}

/** The series that a legend may name. */
export function allSeries(chart: Chart): readonly Series[] {
  if ('panels' in chart) return chart.panels.flatMap(({ series }) => series);
  // The others have no legend.
  return 'xAxis' in chart ? chart.series : [];
}
