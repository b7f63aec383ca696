import { type Curve, lowerBound } from './curve.ts';

/** The row nearest to a place on the axis; `undefined` of a curve without rows. */
export function nearestRow(curve: Curve, at: number): number | undefined {
  const { x } = curve;
  let best: number | undefined;
  for (const [from, to] of curve.pieces) {
    const after = lowerBound(x, at, from, to);
    for (const row of [after - 1, after]) {
      if (row < from || row >= to) continue;
      // Of the pieces of a run that went on from an earlier step, the last one counts.
      if (best === undefined || Math.abs(x[row]! - at) <= Math.abs(x[best]! - at)) best = row;
    }
  }
  return best;
}
