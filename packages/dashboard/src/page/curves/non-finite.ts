import type { Curve } from './curve.ts';
import type { Range } from './visible-points.ts';

/** A value that no axis has a place for. */
export interface NonFiniteMark {
  readonly x: number;
  readonly value: number;
  /** How many more of the same kind follow before the next mark. */
  readonly more: number;
}

/**
 * Marks for the NaN and infinite values of a curve in the range: of those closer together than a share of it the first, so that there are
 * no more than `max` of each kind.
 */
export function nonFiniteMarks(
  curve: Curve,
  range: Range | undefined,
  extent: Range | undefined,
  max: number,
): NonFiniteMark[] {
  const { x, y, nonFinite } = curve;
  const [low, high] = range ?? extent ?? [0, 0];
  const gap = (high - low) / max;
  const marks: (NonFiniteMark & { more: number })[] = [];
  const newest = new Map<string, NonFiniteMark & { more: number }>();
  for (const row of nonFinite) {
    const place = x[row]!;
    if (!Number.isFinite(place) || (range && (place < range[0] || place > range[1]))) continue;
    const kind = String(y[row]);
    const last = newest.get(kind);
    if (last !== undefined && Math.abs(place - last.x) < gap) {
      last.more++;
      continue;
    }
    const mark = { x: place, value: y[row]!, more: 0 };
    marks.push(mark);
    newest.set(kind, mark);
  }
  return marks;
}
