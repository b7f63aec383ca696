import { foldRanks, laneCount, rankCount } from '../graph/fold-ranks.ts';
import type { ChartOption, GraphNode, GraphSeries } from '../option.ts';
import { displayWidth, printable, shorten } from '../text/glyph.ts';
import type { Space } from './plot.ts';
import { terminalColor } from './series-style.ts';
import type { TextGrid } from './text-grid.ts';

const faint = { faint: true } as const;
const gap = 2;
const minNameColumns = 8;

/** A row of a graph: its lines, and the node that stands in it. */
interface GraphRow {
  readonly lines: string;
  readonly node?: GraphNode;
}

/**
 * Draws a graph as a list, a row for each node under those that it comes from, with the edges at the left, as version control shows its
 * history. Rows in which edges alone are seen are left out where height is short.
 *
 * @returns false, with nothing drawn, where the option has no graph
 */
export function graph(page: TextGrid, { top, bottom }: Space, option: ChartOption): boolean {
  const series = option.series.find((one) => one.type === 'graph');
  if (!series) return false;
  const rows = fittingRows(series, bottom - top);
  const nodes = rows.flatMap(({ node }) => node ?? []);
  const left = Math.min(displayWidth(rows[0]?.lines ?? '') + gap, Math.floor(page.columns / 2));
  const details = detailColumns(nodes, page.columns - left - minNameColumns);
  const detailsWidth = details.reduce((sum, width) => sum + gap + width, 0);
  const names = nodes.map(({ name }) => displayWidth(printable(name)));
  const nameWidth = Math.min(Math.max(0, ...names), page.columns - left - detailsWidth);
  for (const [i, { lines, node }] of rows.entries()) {
    page.write(top + i, 0, lines, faint, left);
    if (!node) continue;
    page.write(top + i, 2 * node.lane, '●', { color: terminalColor(node.itemStyle.color) }, left);
    page.write(top + i, left, shorten(printable(node.name), nameWidth));
    let at = left + nameWidth + gap;
    for (const [column, width] of details.entries()) {
      page.write(top + i, at, printable(node.details[column] ?? ''));
      at += width + gap;
    }
  }
  return true;
}

/** Widths of the columns of details, as many as have room beside the names. */
function detailColumns(nodes: readonly GraphNode[], room: number): number[] {
  const widths: number[] = [];
  let free = room;
  for (let column = 0; nodes.some(({ details }) => column < details.length); column++) {
    const width = Math.max(...nodes.map(({ details }) => displayWidth(printable(details[column] ?? ''))));
    free -= gap + width;
    if (free < 0) break;
    widths.push(width);
  }
  return widths;
}

function fittingRows(series: GraphSeries, height: number): GraphRow[] {
  const spaced = graphRows(series, true);
  if (spaced.length <= height) return spaced;
  for (let limit = rankCount(series); limit > 1; limit--) {
    const rows = graphRows(foldRanks(series, limit), false);
    if (rows.length <= height) return rows;
  }
  return graphRows(foldRanks(series, 1), false).slice(0, height);
}

/** @param spaced whether edges have a row between the nodes also where they go straight down */
function graphRows(series: GraphSeries, spaced: boolean): GraphRow[] {
  const lanes = laneCount(series);
  const ranks = rankCount(series);
  const segments = segmentsByRank(series, ranks);
  const rows: GraphRow[] = [];
  for (let rank = 0; rank < ranks; rank++) {
    const here = series.data.filter((node) => node.rank === rank).sort((a, b) => a.lane - b.lane);
    const into = (segments[rank - 1] ?? []).map(([, lane]) => lane);
    const outOf = (segments[rank] ?? []).map(([lane]) => lane);
    for (const node of here) {
      const isDone = (lane: number) => here.some((other) => other.lane === lane && lane < node.lane);
      const lines = Array.from({ length: lanes }, (_, lane) =>
        lane === node.lane ? '●' : (isDone(lane) ? outOf : into).includes(lane) ? '│' : ' ',
      );
      rows.push({ node, lines: lines.join(' ') });
    }
    const between = connectors(segments[rank] ?? [], lanes);
    if (between.length === 0 && spaced && rank < ranks - 1) {
      between.push(Array.from({ length: lanes }, (_, lane) => (outOf.includes(lane) ? '│' : ' ')).join(' '));
    }
    rows.push(...between.map((lines) => ({ lines })));
  }
  return rows;
}

type Segment = readonly [from: number, to: number];

/** The pieces of all edges between each rank and the next, by their lanes. */
function segmentsByRank({ data, links }: GraphSeries, ranks: number): Segment[][] {
  const segments = Array.from({ length: ranks }, (): Segment[] => []);
  for (const { source, target, lanes } of links) {
    const path = [data[source]!.lane, ...lanes, data[target]!.lane];
    for (const [i, lane] of path.slice(1).entries()) segments[data[source]!.rank + i]!.push([path[i]!, lane]);
  }
  return segments;
}

const up = 1;
const down = 2;
const toLeft = 4;
const toRight = 8;
/** Box-drawing characters by the directions in which they have an arm. */
const boxes = ' ││││╯╮┤│╰╭├─┴┬┼';

/** The rows in which edges change their lanes, those of one lane in a row of their own. */
function connectors(segments: readonly Segment[], lanes: number): string[] {
  const sources = [...new Set(segments.filter(([from, to]) => from !== to).map(([from]) => from))];
  const moved = new Set<number>();
  const rows: string[] = [];
  const isFree = (source: number) =>
    segments.every(
      ([from, to]) =>
        from !== source || segments.every(([other]) => other !== to || other === source || moved.has(other)),
    );
  while (sources.length > 0) {
    const next = Math.max(0, sources.findIndex(isFree));
    const [source] = sources.splice(next, 1) as [number];
    const arms = new Array<number>(2 * lanes - 1).fill(0);
    const add = (column: number, arm: number) => {
      arms[column] = arms[column]! | arm;
    };
    for (const [from, to] of segments) {
      if (from !== source) {
        add(2 * (moved.has(from) ? to : from), up | down);
        continue;
      }
      add(2 * from, up);
      add(2 * to, down);
      const [first, last] = [2 * Math.min(from, to), 2 * Math.max(from, to)];
      for (let column = first; column < last; column++) {
        add(column, toRight);
        add(column + 1, toLeft);
      }
    }
    moved.add(source);
    rows.push(
      arms
        .map((arm) => boxes[arm]!)
        .join('')
        .trimEnd(),
    );
  }
  return rows;
}
