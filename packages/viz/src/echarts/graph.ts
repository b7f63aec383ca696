import type { SeriesOption } from 'echarts';
import { foldRanks, laneCount, rankCount } from '../graph/fold-ranks.ts';
import type { GraphNode, GraphSeries } from '../option.ts';
import { drawable, shorten } from '../text/glyph.ts';
import { mixColors } from '../theme/palette.ts';
import { type Theme, themed } from '../theme/theme.ts';
import type { Bounds } from './grid-layout.ts';
import type { Parts } from './panel.ts';
import { columnsIn, fontFamily, fontSizes, textWidth } from './text-width.ts';

interface Form {
  readonly height: number;
  readonly pitch: number;
  /** Texts of the lines, each of pieces of which the last are left out where they have no room. */
  lines(node: GraphNode): (readonly string[])[];
}

/** Name and details of a box below each other. */
const tall: Form = { height: 38, pitch: 56, lines: ({ name, details }) => [[name], details] };
/** Both in one line, where height is short. */
const flat: Form = { height: 22, pitch: 36, lines: ({ name, details }) => [[name, ...details]] };

const separator = '  ';
const lineHeight = 16;
const padding = 10;
/** Pixels between boxes beside each other. */
const sideGap = 26;
const minBoxWidth = 72;
const maxBoxWidth = 340;
/** A graph of few layers does not spread over a large picture. */
const maxPitch = 90;
/** Pixels between edges that go to the next column. */
const edgeGap = 5;
const maxShifts = 3;

/** How the ranks of a graph are laid into a box: rows below each other, then further columns. */
interface Arrangement {
  readonly form: Form;
  readonly graph: GraphSeries;
  readonly rows: number;
  readonly columns: number;
  readonly boxWidth: number;
}

type Pixel = readonly [x: number, y: number];

/** Adds a graph inside of `box` to the parts: boxes, arrows, and labels, which show the whole text under the pointer. */
export function addGraph(
  parts: Parts,
  series: GraphSeries,
  box: Bounds,
  axes: { readonly xAxisIndex: number; readonly yAxisIndex: number },
  theme: Theme,
): void {
  if (series.data.length === 0) return;
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const { form, graph, rows, columns, boxWidth } = arrangement(series, width, height);
  const lanes = laneCount(graph);
  const laneWidth = Math.min(width / (columns * lanes), boxWidth + 3 * sideGap);
  const left = box.left + (width - laneWidth * lanes * columns) / 2;
  const pitch = Math.min(height / rows, maxPitch);
  const center = (rank: number, lane: number): Pixel => [
    left + (Math.floor(rank / rows) * lanes + lane + 0.5) * laneWidth,
    box.top + ((rank % rows) + 0.5) * pitch,
  ];
  const share = ([x, y]: Pixel) => [(x - box.left) / width, 1 - (y - box.top) / height];
  const columnWidth = laneWidth * lanes;
  const columnEnd = (x: number) => left + Math.ceil((x - left) / columnWidth) * columnWidth;
  const half = form.height / 2;
  // Edges that go to the next column, by where it begins.
  const wrapped = new Map<number, number>();
  const paths = graph.links.map(({ source, target, lanes: passed }) => {
    const [from, to] = [graph.data[source]!, graph.data[target]!];
    const stops = [
      center(from.rank, from.lane),
      ...passed.map((lane, i) => center(from.rank + 1 + i, lane)),
      center(to.rank, to.lane),
    ];
    const last = stops.find(([, y], i) => (stops[i + 1]?.[1] ?? Infinity) <= y);
    const boundary = last ? columnEnd(last[0]) : 0;
    const before = wrapped.get(boundary) ?? 0;
    wrapped.set(boundary, before + (last ? 1 : 0));
    const shift = (before % maxShifts) * edgeGap;
    return pathThrough(stops, half, (pitch - form.height) / 2, boundary - shift, shift);
  });
  const labels = labelsOf(graph, form, boxWidth - 2 * padding);
  for (const { rank, lane, itemStyle } of graph.data) {
    const [x, y] = center(rank, lane);
    const color = themed(itemStyle.color, theme);
    parts.graphic.push({
      type: 'rect',
      silent: true,
      z: 1,
      shape: { x: x - boxWidth / 2, y: y - half, width: boxWidth, height: form.height, r: 4 },
      style: { fill: mixColors([theme.background, color], 0.1), stroke: color, lineWidth: 1.5 },
    });
  }
  parts.series.push(
    {
      ...axes,
      type: 'lines',
      coordinateSystem: 'cartesian2d',
      silent: true,
      symbolSize: 7,
      lineStyle: { color: theme.axisLine, width: 1.5, opacity: 1 },
      data: paths.flatMap((path) =>
        path.slice(1).map((end, i) => ({
          coords: [share(path[i]!), share(end)],
          symbol: ['none', i === path.length - 2 ? 'arrow' : 'none'],
        })),
      ),
      z: 2,
    } as SeriesOption,
    {
      ...axes,
      type: 'scatter',
      name: graph.name,
      symbol: 'rect',
      symbolSize: [boxWidth, form.height],
      itemStyle: { color: 'transparent', opacity: 1 },
      tooltip: { formatter: '{b}' },
      label: {
        show: true,
        position: 'inside',
        fontFamily,
        fontSize: fontSizes.text,
        lineHeight,
        color: theme.text,
      },
      data: graph.data.map((node, i) => ({
        name: [node.name, ...node.details].map(literal).join('\n'),
        value: share(center(node.rank, node.lane)),
        label: { formatter: labels[i] },
      })),
      z: 3,
    } as SeriesOption,
  );
}

/** The roomiest arrangement that shows all ranks with all texts; where none does, the smallest with fewer ranks and shorter texts. */
function arrangement(graph: GraphSeries, width: number, height: number): Arrangement {
  const lanes = laneCount(graph);
  const ranks = rankCount(graph);
  const candidates = [tall, flat].map((form) => {
    const perColumn = Math.max(1, Math.floor(height / form.pitch));
    return { form, perColumn, columns: Math.ceil(ranks / perColumn), boxWidth: boxWidthOf(graph, form) };
  });
  const fits = candidates.filter(({ columns, boxWidth }) => columns * lanes * (boxWidth + sideGap) <= width);
  // Branches are followed more easily in one column.
  const found = (lanes > 1 ? fits.find(({ columns }) => columns === 1) : undefined) ?? fits[0];
  if (found) return { ...found, graph, rows: Math.ceil(ranks / found.columns) };
  const { form, perColumn, columns: wanted, boxWidth } = candidates[1]!;
  const fit = Math.max(1, Math.floor(width / (lanes * (Math.min(boxWidth, 2 * minBoxWidth) + sideGap))));
  const columns = Math.min(fit, wanted);
  const shown = foldRanks(graph, perColumn * columns);
  return {
    form,
    graph: shown,
    rows: Math.ceil(rankCount(shown) / columns),
    columns,
    boxWidth: Math.max(1, Math.min(boxWidth, width / (columns * laneCount(shown)) - sideGap)),
  };
}

function boxWidthOf({ data }: GraphSeries, form: Form): number {
  const widths = data.flatMap((node) =>
    form.lines(node).map((pieces) => textWidth(drawable(pieces.join(separator)), fontSizes.text)),
  );
  return Math.min(maxBoxWidth, widths.reduce((most, one) => Math.max(most, one), minBoxWidth) + 2 * padding);
}

/** The texts of the boxes in so many pixels: details that have no room in one of them are left out of all, names are shortened. */
function labelsOf({ data }: GraphSeries, form: Form, pixels: number): string[] {
  const lines = data.map((node) => form.lines(node));
  const join = (pieces: readonly string[], count: number) => drawable(pieces.slice(0, count).join(separator));
  const fits = (count: number) =>
    lines.flat().every((pieces) => textWidth(join(pieces, count), fontSizes.text) <= pixels);
  const most = Math.max(1, ...lines.flat().map(({ length }) => length));
  const counts = Array.from({ length: most }, (_, i) => most - i);
  const count = counts.find(fits) ?? 1;
  const columns = columnsIn(pixels, fontSizes.text);
  return lines.map((own) =>
    own
      .map((pieces) => join(pieces, count))
      .filter(Boolean)
      .map((text) => literal(textWidth(text, fontSizes.text) <= pixels ? text : shorten(text, columns)))
      .join('\n'),
  );
}

/** Text in which ECharts finds none of its templates, such as `{b}`: a mark that shows nothing stands behind each brace. */
function literal(text: string): string {
  return drawable(text).replaceAll('{', '{\u034f');
}

/**
 * The corners of an edge from the lower side of its first stop to the upper side of its last. It is vertical beside boxes that it passes; to
 * the top of the next column it goes between the columns.
 */
function pathThrough(
  stops: readonly Pixel[],
  half: number,
  margin: number,
  between: number,
  shift: number,
): Pixel[] {
  const path: Pixel[] = [];
  for (const [i, [x, y]] of stops.entries()) {
    const before = stops[i - 1];
    if (before && y <= before[1]) {
      const inside = Math.min(shift, margin / 2);
      const [bottom, top] = [before[1] + half + margin - inside, y - half - margin + inside];
      path.push([before[0], bottom], [between, bottom], [between, top], [x, top]);
    }
    if (i > 0) path.push([x, y - half]);
    if (i < stops.length - 1) path.push([x, y + half]);
  }
  return path;
}
