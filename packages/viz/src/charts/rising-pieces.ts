import { type Column, isDrawable } from '../columns/column.ts';
import type { Curve } from './curve.ts';

/** From so many falls on, the rows are in no order at all, and sorting says more than pieces. */
const mostPieces = 50;

/**
 * A curve whose x falls, as that of a run that went on from an earlier step, as pieces in each of which x never falls.
 * A curve that falls more than 50 times stays whole: its rows get sorted.
 */
export function risingPieces(curve: Curve): Curve[] {
  const starts = [0];
  let last = -Infinity;
  for (let row = 0; row < curve.x.length; row++) {
    const x = curve.x[row]!;
    if (!isDrawable(x)) continue;
    if (x < last) starts.push(row);
    if (starts.length > mostPieces) return [curve];
    last = x;
  }
  if (starts.length === 1) return [curve];
  return starts.map((start, i) => ({
    ...curve,
    x: part(curve.x, start, starts[i + 1] ?? curve.x.length),
    y: part(curve.y, start, starts[i + 1] ?? curve.y.length),
  }));
}

function part(column: Column, start: number, end: number): Column {
  return Array.from({ length: end - start }, (_, i) => column[start + i]!);
}
