import { metricGoal } from '@kindling/train/events';
import type { Curve } from './curve.ts';

interface Best {
  smoothing: number;
  rows: number;
  row: number;
  value: number;
}

/** Of each curve the best row so far. */
const known = new WeakMap<Curve, Best>();

/**
 * The first of the best values of a curve, of its moving average where it is smoothed; `undefined` where its name implies no goal. A curve
 * that grows is looked at from where it was.
 */
export function bestRow(curve: Curve, smoothing: number): number | undefined {
  const goal = metricGoal(curve.metric);
  if (goal === undefined) return undefined;
  const sign = goal === 'min' ? 1 : -1;
  const y = smoothing > 0 ? curve.smoothed(smoothing).y : curve.y;
  const last = known.get(curve);
  // A curve that was cut may have lost its best row.
  const goesOn = last?.smoothing === smoothing && last.rows <= y.length && y[last.row] === last.value;
  const start = goesOn ? last : undefined;
  let row = start?.row ?? -1;
  let least = start === undefined ? Infinity : sign * start.value;
  for (let i = start?.rows ?? 0; i < y.length; i++) {
    const value = sign * y[i]!;
    if (value < least && value > -Infinity) [least, row] = [value, i];
  }
  if (row < 0) return undefined;
  known.set(curve, { smoothing, rows: y.length, row, value: y[row]! });
  return row;
}
