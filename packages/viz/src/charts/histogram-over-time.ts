import { binCounts, binEdges, expectBins, expectEdges, expectRange } from '../columns/bins.ts';
import { type Column, expectLength, isDrawable } from '../columns/column.ts';
import { commonBins } from '../columns/common-bins.ts';
import { displayable } from '../display/displayable.ts';
import type { ChartOption, FieldSeries } from '../option.ts';
import { type ChartTexts, englishTexts } from '../text/chart-texts.ts';
import { ramps } from '../theme/palette.ts';
import { withUnit } from './names.ts';
import { titleOf } from './title.ts';

/**
 * A histogram for each row of `step`: the values themselves, or the counts of bins of which `edges` has the ends, the same for all rows or
 * those of each. Rows of different edges are brought to 60 bins of equal width, to which each bin gives the share that lies in them.
 */
export type HistogramOverTimeColumns =
  | { readonly step: Column; readonly values: readonly Column[] }
  | { readonly step: Column; readonly edges: Column | readonly Column[]; readonly counts: readonly Column[] };

export interface HistogramOverTimeOptions {
  readonly title?: string;
  /** Default `step`. */
  readonly xName?: string;
  /** What the values are. Default `value`. */
  readonly yName?: string;
  readonly yUnit?: string;
  /** Number of bins. Default: by Freedman and Diaconis over all steps, at most 200. For `values` only. */
  readonly bins?: number;
  /** Ends of the bins; values beyond are left out, and a note counts them. For `values` only. */
  readonly range?: readonly [min: number, max: number];
  /** Texts of its own axes and notes. Default: English. */
  readonly texts?: ChartTexts;
}

/**
 * How the distribution of weights, activations or gradients moves while training: steps across, values up, and the share
 * of a step's values in a bin as colour. A column reaches half-way to the steps beside it. Of rows with the same step,
 * as after a resume, the last counts; rows are sorted by step.
 *
 *     histogramOverTime({ step: [0, 100, 200], values: [w0, w100, w200] }, { yName: 'weight' })
 *
 * @throws {RangeError} for columns of different length, edges that do not rise, counts below 0, options out of range
 */
export function histogramOverTime(
  columns: HistogramOverTimeColumns,
  options: HistogramOverTimeOptions = {},
): ChartOption {
  const where = 'histogramOverTime';
  const { bins, range, texts = englishTexts, xName = texts.step, yName = texts.value } = options;
  expectBins(where, bins);
  expectRange(where, 'range', range);
  const { step } = columns;
  const notes: string[] = [];
  const rows = lastRowOfEachStep(step);
  let edges: number[];
  let counts: (readonly number[])[];
  if ('values' in columns) {
    expectSameLength(where, 'values', columns.values.length, step.length);
    edges = binEdges(columns.values, bins, range);
    let outside = 0;
    counts = rows.map((row) => {
      const binned = binCounts(columns.values[row]!, edges);
      outside += binned.outside;
      return binned.counts;
    });
    const all = rows.reduce((sum, row) => sum + columns.values[row]!.length, 0);
    if (outside > 0) notes.push(texts.lostValues(outside, all, range !== undefined));
  } else {
    expectSameLength(where, 'counts', columns.counts.length, step.length);
    const edgesOf = edgesByRow(where, columns.edges, step.length);
    ({ edges, counts } = commonBins(
      rows.map((row) => {
        const own = { edges: edgesOf(row), counts: columns.counts[row]! };
        expectLength(where, `counts of row ${row}`, own.counts, own.edges.length - 1, 'bins');
        expectCounts(where, own.counts, row);
        return own;
      }),
    ));
  }
  const unplaced = step.length - Array.from(step).filter(isDrawable).length;
  if (unplaced > 0) notes.push(texts.unplacedRows(unplaced, xName));
  const field: FieldSeries = {
    type: 'field',
    name: texts.percentOfValues,
    xEdges: edgesAround(rows.map((row) => step[row]!)),
    yEdges: edges,
    data: [],
  };
  const binWidths = edges.slice(1).map((edge, i) => edge - edges[i]!);
  const totals = counts.map((column) => column.reduce((sum, count) => sum + count, 0));
  let largest = 0;
  for (let bin = 0; bin < binWidths.length; bin++) {
    for (const [column, total] of totals.entries()) {
      const share = total > 0 ? (100 * counts[column]![bin]!) / total : null;
      largest = Math.max(largest, share ?? 0);
      field.data.push(share);
    }
  }
  if (field.data.length === 0) notes.push(texts.nothing);
  return displayable({
    animation: false,
    ...titleOf(options.title, notes),
    xAxis: { type: 'value', name: xName, scale: true, min: 'dataMin', max: 'dataMax' },
    yAxis: [
      { type: 'value', name: withUnit(yName, options.yUnit), scale: true, min: 'dataMin', max: 'dataMax' },
    ],
    visualMap: {
      show: true,
      min: 0,
      max: largest || 1,
      inRange: { color: [...ramps.sequential] },
      name: texts.percentOfValues,
    },
    series: field.data.length > 0 ? [field] : [],
  });
}

const isNested = (edges: Column | readonly Column[]): edges is readonly Column[] =>
  typeof edges[0] === 'object';

/** The edges of a row, which are checked. */
function edgesByRow(
  where: string,
  edges: Column | readonly Column[],
  steps: number,
): (row: number) => Column {
  if (!isNested(edges)) {
    expectEdges(where, edges);
    return () => edges;
  }
  expectSameLength(where, 'edges', edges.length, steps);
  return (row) => {
    expectEdges(where, edges[row]!);
    return edges[row]!;
  };
}

function expectCounts(where: string, counts: Column, row: number): void {
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin]!;
    if (Number.isFinite(count) && count >= 0) continue;
    throw new RangeError(`${where}: expected counts of at least 0, got ${count} in row ${row}`);
  }
}

function expectSameLength(where: string, name: string, length: number, steps: number): void {
  if (length !== steps) {
    throw new RangeError(
      `${where}: expected ${name} to have a row for each of ${steps} steps, got ${length}`,
    );
  }
}

function lastRowOfEachStep(step: Column): number[] {
  const rows = new Map<number, number>();
  for (let row = 0; row < step.length; row++) if (isDrawable(step[row]!)) rows.set(step[row]!, row);
  return [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
}

/** Ends of columns around rising places: the middles between them, and as far beyond the first and the last. */
function edgesAround(places: readonly number[]): number[] {
  if (places.length === 0) return [];
  if (places.length === 1) return [places[0]! - 0.5, places[0]! + 0.5];
  const middles = places.slice(1).map((place, i) => (place + places[i]!) / 2);
  const [first, last] = [places[0]!, places.at(-1)!];
  return [first - (middles[0]! - first), ...middles, last + (last - middles.at(-1)!)];
}
