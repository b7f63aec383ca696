import { type Column, expectLength, isDrawable } from '../columns/column.ts';
import { contour } from '../columns/contour.ts';
import { decimate } from '../columns/downsample.ts';
import { displayable } from '../display/displayable.ts';
import type { ChartOption, LineSeries, Point, ScatterSeries } from '../option.ts';
import { type ChartTexts, englishTexts } from '../text/chart-texts.ts';
import { okabeIto, ramps } from '../theme/palette.ts';
import { withUnit } from './names.ts';
import { titleOf } from './title.ts';

/** The outputs of a model with two inputs over a grid of them, and the samples that it learned from. */
export interface DecisionBoundaryColumns {
  /** Values of the first input at the grid's columns, rising. */
  readonly x: Column;
  /** Values of the second input at the grid's rows, rising. */
  readonly y: Column;
  /** Outputs, row after row: that of (x[i], y[j]) is at j · x.length + i. */
  readonly scores: Column;
  /** Samples to draw over the field; `label` is the target, compared with the threshold. */
  readonly samples?: { readonly x: Column; readonly y: Column; readonly label: Column };
}

export interface DecisionBoundaryOptions {
  readonly title?: string;
  /** Score from which on a sample counts as the second class. Default 0.5. */
  readonly threshold?: number;
  /** Scores at the ends of the colours; what lies beyond is cut. Default: 0 and 1. */
  readonly range?: readonly [min: number, max: number];
  /** Names of the classes below and above the threshold. Default: 0 and 1. */
  readonly classes?: readonly [below: string, above: string];
  /** Default `x1` and `x2`. */
  readonly xName?: string;
  readonly yName?: string;
  readonly xUnit?: string;
  readonly yUnit?: string;
  /** What the scores are. Default `score`. */
  readonly scoreName?: string;
  /** Texts of its own axes and notes. Default: English. */
  readonly texts?: ChartTexts;
}

/**
 * Where a binary classifier of two inputs decides how: the score as colour, vermillion towards the first class and blue
 * towards the second, the line where it equals the threshold, and the samples in the colours of their labels.
 *
 *     decisionBoundary({ x, y, scores, samples: { x: a, y: b, label } }, { title: 'XOR' })
 *
 * @throws {RangeError} for a grid of fewer than 2 × 2 nodes or that does not rise, and columns of different length
 */
export function decisionBoundary(
  { x, y, scores, samples }: DecisionBoundaryColumns,
  options: DecisionBoundaryOptions = {},
): ChartOption {
  const where = 'decisionBoundary';
  expectRising(where, 'x', x);
  expectRising(where, 'y', y);
  expectLength(where, 'scores', scores, x.length * y.length, `${x.length} × ${y.length}`);
  const { texts = englishTexts, threshold = 0.5, range = [0, 1], classes = ['0', '1'] } = options;
  const { scoreName = texts.score } = options;
  if (!(isDrawable(range[0]) && isDrawable(range[1]) && range[0] < range[1])) {
    throw new RangeError(`${where}: expected range [low, high] with low < high, got [${range}]`);
  }
  if (!isDrawable(threshold)) {
    throw new RangeError(`${where}: expected threshold to be a number, got ${String(threshold)}`);
  }
  const notes: string[] = [];
  const lost = Array.from(scores).filter((score) => !isDrawable(score)).length;
  if (lost > 0) notes.push(texts.lostScores(lost, scores.length));
  const boundary = boundaryLine(x, y, scores, threshold, `${scoreName} = ${threshold}`);
  if (!boundary) notes.push(texts.noBoundary(scoreName, threshold));
  const clouds = samples ? sampleClouds(samples, threshold, classes) : [];
  const legend = [...clouds.map(({ name }) => name), ...(boundary ? [boundary.name] : [])];
  return displayable({
    animation: false,
    ...titleOf(options.title, notes),
    ...(legend.length > 0 ? { legend: { data: legend } } : {}),
    xAxis: spanning(withUnit(options.xName ?? 'x1', options.xUnit), x),
    yAxis: [spanning(withUnit(options.yName ?? 'x2', options.yUnit), y)],
    visualMap: {
      show: true,
      min: range[0],
      max: range[1],
      inRange: { color: [...ramps.diverging] },
      name: scoreName,
    },
    series: [
      {
        type: 'field',
        name: scoreName,
        xEdges: edgesBetween(x),
        yEdges: edgesBetween(y),
        data: Array.from(scores, (score) => (isDrawable(score) ? score : null)),
      },
      ...(boundary ? [boundary] : []),
      ...clouds,
    ],
  });
}

function expectRising(where: string, name: string, column: Column): void {
  if (column.length < 2) {
    throw new RangeError(`${where}: expected ${name} to have at least 2 values, got ${column.length}`);
  }
  for (let i = 0; i < column.length; i++) {
    if (!isDrawable(column[i]!) || (i > 0 && !(column[i]! > column[i - 1]!))) {
      throw new RangeError(`${where}: expected ${name} to be ascending, got ${column[i]} at index ${i}`);
    }
  }
}

/** An axis from the first node of the grid to the last: the outer half of the outer cells is cut off. */
function spanning(name: string, nodes: Column): ChartOption['xAxis'] {
  return { type: 'value', name, scale: true, min: nodes[0]!, max: nodes[nodes.length - 1]! };
}

/** Each node is the middle of its cell; the outer cells end at their nodes, as the axes do. */
function edgesBetween(nodes: Column): number[] {
  const last = nodes.length - 1;
  return Array.from({ length: nodes.length + 1 }, (_, i) =>
    i === 0 ? nodes[0]! : i > last ? nodes[last]! : (nodes[i - 1]! + nodes[i]!) / 2,
  );
}

function boundaryLine(
  x: Column,
  y: Column,
  scores: Column,
  threshold: number,
  name: string,
): LineSeries | undefined {
  const data: Point[] = contour(x, y, scores, threshold).flatMap(([x0, y0, x1, y1]): Point[] => [
    [x0, y0],
    [x1, y1],
    [x1, null],
  ]);
  if (data.length === 0) return undefined;
  const color = okabeIto.black;
  return {
    type: 'line',
    name,
    data,
    showSymbol: false,
    symbol: 'circle',
    symbolSize: 4,
    lineStyle: { color, width: 2, type: 'solid', opacity: 1 },
    itemStyle: { color, opacity: 1 },
    z: 3,
  };
}

function sampleClouds(
  { x, y, label }: NonNullable<DecisionBoundaryColumns['samples']>,
  threshold: number,
  classes: readonly [string, string],
): ScatterSeries[] {
  expectLength('decisionBoundary', 'samples.y', y, x.length, 'samples.x');
  expectLength('decisionBoundary', 'samples.label', label, x.length, 'samples.x');
  return ([0, 1] as const).map((index) => {
    const rows = Array.from({ length: x.length }, (_, row) => row).filter(
      (row) => Number(label[row]! >= threshold) === index && isDrawable(label[row]!),
    );
    const kept = decimate(
      rows.map((row) => x[row]!),
      rows.map((row) => y[row]!),
      200,
      120,
    );
    return {
      type: 'scatter',
      name: classes[index],
      data: kept.map((i): Point => [x[rows[i]!]!, y[rows[i]!]!]),
      // Two shapes beside the two colours, and a rim, since a sample lies on its own colour.
      symbol: index === 0 ? 'circle' : 'diamond',
      symbolSize: index === 0 ? 11 : 13,
      itemStyle: {
        color: index === 0 ? okabeIto.vermillion : okabeIto.blue,
        opacity: 1,
        borderColor: '#ffffff',
        borderWidth: 2,
      },
      z: 4,
    };
  });
}
