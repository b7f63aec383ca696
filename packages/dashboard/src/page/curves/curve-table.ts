import { downsample } from '@kindling/viz';
import { type Curve, lowerBound } from './curve.ts';
import type { Range } from './visible-points.ts';

export interface CurveTableRow {
  readonly x: number;
  /** Of each curve; `undefined` where it has no row there. */
  readonly values: readonly (number | undefined)[];
}

/**
 * The values of curves at the places of their rows: all of them where there are few, else as many as `maxRows`, the smallest and the
 * largest values among them.
 */
export function curveTable(
  curves: readonly Curve[],
  range: Range | undefined,
  maxRows: number,
): { readonly rows: readonly CurveTableRow[]; readonly isPartial: boolean } {
  const places = new Set<number>();
  let isPartial = false;
  const share = Math.max(4, Math.floor(maxRows / Math.max(1, curves.length)));
  for (const curve of curves) {
    const { x } = curve;
    const { y, extremes } = curve.measured();
    for (const [from, to] of curve.pieces) {
      const [first, end] =
        range === undefined
          ? [from, to]
          : [lowerBound(x, range[0], from, to), lowerBound(x, range[1], from, to)];
      const rows = extremes.rowsBetween(first, end, share).filter((row) => Number.isFinite(x[row]));
      const kept = downsample(
        Float64Array.from(rows, (row) => x[row]!),
        Float64Array.from(rows, (row) => y[row]!),
        share,
      );
      if (kept.length < end - first) isPartial = true;
      for (const i of kept) places.add(x[rows[i]!]!);
    }
  }
  const sorted = [...places].sort((a, b) => a - b);
  const rows = sorted.map((x) => ({ x, values: curves.map((curve) => valueAt(curve, x)) }));
  return { rows, isPartial };
}

/** The value of the last row at a place. */
function valueAt(curve: Curve, at: number): number | undefined {
  for (const [from, to] of curve.pieces.toReversed()) {
    const row = lowerBound(curve.x, at, from, to);
    if (row < to && curve.x[row] === at) return curve.y[row];
  }
  return undefined;
}
