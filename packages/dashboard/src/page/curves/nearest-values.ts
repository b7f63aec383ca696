import type { Curve } from './curve.ts';
import { nearestRow } from './nearest-row.ts';
import type { DrawnCurve } from './panel-chart.ts';

/** A curve's value nearest to a place on the axis. */
export interface NearestValue {
  readonly drawn: DrawnCurve;
  readonly x: number;
  readonly y: number;
  /** The moving average there, where the curve is smoothed. */
  readonly smoothed: number | undefined;
}

/**
 * The values of curves nearest to a place on the x axis, in the order of their distance by `distance`. A curve that ends far from there is
 * left out: `maxGap` is how far in x its nearest row may be, where it does not go on on both sides.
 */
export function nearestValues(
  drawn: readonly DrawnCurve[],
  at: number,
  options: { readonly smoothing: number; readonly maxGap: number; readonly distance: (y: number) => number },
): NearestValue[] {
  const { smoothing, maxGap, distance } = options;
  const values: NearestValue[] = [];
  for (const one of drawn) {
    const { curve } = one;
    const row = nearestRow(curve, at);
    if (row === undefined) continue;
    if (Math.abs(curve.x[row]! - at) > maxGap && !isBetween(curve, at)) continue;
    const smoothed = smoothing > 0 && curve.split === 'train' ? curve.smoothed(smoothing).y[row] : undefined;
    values.push({ drawn: one, x: curve.x[row]!, y: curve.y[row]!, smoothed });
  }
  const far = ({ y, smoothed }: NearestValue) => {
    const pixels = distance(smoothed ?? y);
    return Number.isNaN(pixels) ? Infinity : pixels;
  };
  return values
    .map((value) => ({ value, pixels: far(value) }))
    .sort((a, b) => (a.pixels === b.pixels ? 0 : a.pixels - b.pixels))
    .map(({ value }) => value);
}

const isBetween = ({ x }: Curve, at: number): boolean =>
  x.length > 0 && x[0]! <= at && at <= x[x.length - 1]!;
