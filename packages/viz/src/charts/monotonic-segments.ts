import { type Column, isDrawable } from '../columns/column.ts';
import type { Curve } from './curve.ts';

/** From so many falls on, the rows are in no order at all, and sorting says more than segments. */
const maxSegments = 50;

/**
 * A curve whose x falls, such as that of a resumed run, cut into segments in each of which x never falls.
 * A curve that falls more than 50 times stays whole: its rows get sorted.
 */
export function monotonicSegments(curve: Curve): Curve[] {
  const starts = [0];
  let last = -Infinity;
  for (let row = 0; row < curve.x.length; row++) {
    const x = curve.x[row]!;
    if (!isDrawable(x)) continue;
    if (x < last) starts.push(row);
    if (starts.length > maxSegments) return [curve];
    last = x;
  }
  if (starts.length === 1) return [curve];
  return starts.map((start, i) => ({
    ...curve,
    x: slice(curve.x, start, starts[i + 1] ?? curve.x.length),
    y: slice(curve.y, start, starts[i + 1] ?? curve.y.length),
  }));
}

function slice(column: Column, start: number, end: number): Column {
  return Array.from({ length: end - start }, (_, i) => column[start + i]!);
}
