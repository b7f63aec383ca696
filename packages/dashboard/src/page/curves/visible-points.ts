import { downsample } from '@kindling/viz';
import { type Curve, type CurveValues, lowerBound } from './curve.ts';

/** Ends of what is shown of x; both included. */
export type Range = readonly [min: number, max: number];

export interface PointOptions {
  /** Everything where there is none. */
  readonly range: Range | undefined;
  readonly isLogX: boolean;
  readonly isLogY: boolean;
  /** Most points of a curve, at least 4. */
  readonly maxPoints: number;
}

/** `null` is a gap in the line. */
export type Point = [x: number, y: number | null];

/** A curve that falls more often is in no order: its rows are sorted. */
const maxPieces = 50;
const largest = 1e300;
/** On a logarithmic axis the first rows have most of the room: so many are taken one by one. */
const logarithmicRows = 4096;

/**
 * The points that draw a curve as if all of its rows in the range were drawn, one more on either side so that the line goes on to the
 * edge. Where x falls, the line is interrupted.
 */
export function visiblePoints(curve: Curve, values: CurveValues, options: PointOptions): Point[] {
  const { pieces } = curve;
  if (pieces.length > maxPieces) return sortedPoints(curve, values, options);
  const points: Point[] = [];
  for (const [from, to] of pieces) {
    const rows = visibleRows(curve, values, from, to, options);
    const piece = reducedPoints(curve, values, rows, options);
    if (points.length > 0 && piece.length > 0) points.push([piece[0]![0], null]);
    points.push(...piece);
  }
  return points;
}

function visibleRows(
  { x }: Curve,
  { extremes }: CurveValues,
  from: number,
  to: number,
  { range, isLogX, maxPoints }: PointOptions,
): Uint32Array {
  let [first, end] = [from, to];
  if (range !== undefined) {
    first = Math.max(from, lowerBound(x, range[0], from, to) - 1);
    end = lowerBound(x, range[1], first, to);
    while (end < to && x[end] === range[1]) end++;
    end = Math.min(to, end + 1);
  }
  if (!isLogX) return extremes.rowsBetween(first, end, maxPoints);
  const split = Math.min(end, first + logarithmicRows);
  const rows = [
    extremes.rowsBetween(first, split, logarithmicRows),
    extremes.rowsBetween(split, end, maxPoints),
  ] as const;
  const all = new Uint32Array(rows[0].length + rows[1].length);
  all.set(rows[0]);
  all.set(rows[1], rows[0].length);
  return all;
}

function sortedPoints(curve: Curve, values: CurveValues, options: PointOptions): Point[] {
  const { x } = curve;
  const [min, max] = options.range ?? [-Infinity, Infinity];
  const rows = Uint32Array.from({ length: curve.length }, (_, row) => row)
    .filter((row) => x[row]! >= min && x[row]! <= max)
    .sort((a, b) => x[a]! - x[b]! || a - b);
  return reducedPoints(curve, values, rows, options);
}

function reducedPoints({ x }: Curve, { y }: CurveValues, rows: Uint32Array, options: PointOptions): Point[] {
  const { isLogX, isLogY, maxPoints } = options;
  const placed = rows.filter((row) => isPlaced(x[row]!, isLogX));
  const places = new Float64Array(placed.length);
  const heights = new Float64Array(placed.length);
  for (const [i, row] of placed.entries()) {
    places[i] = isLogX ? Math.log(x[row]!) : x[row]!;
    heights[i] = isPlaced(y[row]!, isLogY) ? y[row]! : Number.NaN;
  }
  return downsample(places, heights, maxPoints).map((i): Point => {
    const height = heights[i]!;
    return [x[placed[i]!]!, Number.isNaN(height) ? null : height];
  });
}

/** Whether an axis has a place for a value. */
export function isPlaced(value: number, isLog: boolean): boolean {
  return isLog ? value >= 1 / largest && value <= largest : Math.abs(value) <= largest;
}
