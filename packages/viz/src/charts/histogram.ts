import { binCounts, binEdges, expectBins, expectEdges, expectRange } from '../columns/bins.ts';
import { type Column, expectLength } from '../columns/column.ts';
import { displayable } from '../display/displayable.ts';
import type { ChartOption, LineSeries, Point } from '../option.ts';
import { type ChartTexts, englishTexts } from '../text/chart-texts.ts';
import { seriesColor, seriesRound } from '../theme/palette.ts';
import { isNamed, withUnit } from './names.ts';
import { titleOf } from './title.ts';

/** Values to be counted, one column or several by name; or counts of bins, of which `edges` has the ends. */
export type HistogramColumns =
  | { readonly values: Column | Readonly<Record<string, Column>> }
  | { readonly edges: Column; readonly counts: Column | Readonly<Record<string, Column>> };

export interface HistogramOptions {
  readonly title?: string;
  /** What the values are. Default `value`. */
  readonly xName?: string;
  readonly xUnit?: string;
  /** Number of bins. Default: by Freedman and Diaconis, at most 200. For `values` only. */
  readonly bins?: number;
  /** Ends of the bins; a note counts the values beyond. Default: smallest and largest value. For `values` only. */
  readonly range?: readonly [min: number, max: number];
  /** Percent of each column's values instead of numbers of them, to compare columns of different length. */
  readonly percent?: boolean;
  /** Texts of its own axes and notes. Default: English. */
  readonly texts?: ChartTexts;
}

/**
 * How many values lie where: an outline over bins of equal width, for one column or several over the same bins.
 *
 *     histogram({ values: weights }, { title: 'layer 1', xName: 'weight' })
 *     histogram({ values: { train: targets, validation: heldBack } }, { percent: true })
 *     histogram({ edges: [0, 1, 2], counts: [5, 3] })
 *
 * @throws {RangeError} for edges that do not rise, counts that do not fit them or are below 0, options out of range
 */
export function histogram(columns: HistogramColumns, options: HistogramOptions = {}): ChartOption {
  const { bins, range, percent = false, texts = englishTexts, xName = texts.value } = options;
  expectBins('histogram', bins);
  expectRange('histogram', 'range', range);
  const notes: string[] = [];
  const named = 'values' in columns ? byName(columns.values) : byName(columns.counts);
  let edges: number[];
  let counted: [name: string, counts: number[]][];
  if ('values' in columns) {
    edges = binEdges(
      named.map(([, column]) => column),
      bins,
      range,
    );
    counted = named.map(([name, column]) => {
      const { counts, outside } = binCounts(column, edges);
      const of = named.length > 1 ? `${name}: ` : '';
      if (outside > 0) notes.push(of + texts.lostValues(outside, column.length, range !== undefined));
      return [name, counts];
    });
  } else {
    expectEdges('histogram', columns.edges);
    edges = Array.from(columns.edges);
    counted = named.map(([name, column]) => {
      expectLength('histogram', `counts of ${name}`, column, edges.length - 1, 'bins');
      return [name, checkedCounts(column)];
    });
  }
  const series = counted.flatMap(([name, counts], index) => outline(name, edges, counts, percent, index));
  if (series.length === 0) notes.push(texts.nothing);
  return displayable({
    animation: false,
    ...titleOf(options.title, notes),
    ...(series.length > 1 ? { legend: { data: series.map(({ name }) => name) } } : {}),
    xAxis: {
      type: 'value',
      name: withUnit(xName, options.xUnit),
      scale: true,
      ...(edges.length > 0 ? { min: edges[0]!, max: edges.at(-1)! } : {}),
    },
    yAxis: [{ type: 'value', name: percent ? texts.percentOfValues : texts.numberOfValues, min: 0 }],
    series,
  });
}

function byName(columns: Column | Readonly<Record<string, Column>>): [string, Column][] {
  return isNamed(columns) ? Object.entries(columns) : [['values', columns]];
}

function checkedCounts(column: Column): number[] {
  return Array.from(column, (count, i) => {
    if (!(Number.isFinite(count) && count >= 0)) {
      throw new RangeError(`histogram: expected counts of at least 0, got ${count} at index ${i}`);
    }
    return count;
  });
}

const dashes = ['solid', 'dashed', 'dotted'] as const;

/** The outline of the bins, from the base up and back. */
function outline(
  name: string,
  edges: readonly number[],
  counts: readonly number[],
  percent: boolean,
  index: number,
): LineSeries[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length === 0 || total === 0) return [];
  const scale = percent ? 100 / total : 1;
  const data: Point[] = [[edges[0]!, 0]];
  for (const [i, count] of counts.entries()) {
    data.push([edges[i]!, count * scale], [edges[i + 1]!, count * scale]);
  }
  data.push([edges.at(-1)!, 0]);
  const color = seriesColor(index);
  return [
    {
      type: 'line',
      name,
      data,
      showSymbol: false,
      symbol: 'circle',
      symbolSize: 4,
      lineStyle: { color, width: 1.5, type: dashes[seriesRound(index) % dashes.length]!, opacity: 1 },
      itemStyle: { color, opacity: 1 },
      areaStyle: { color, opacity: 0.3 },
      z: 3,
    },
  ];
}
