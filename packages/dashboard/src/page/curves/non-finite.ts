import type { Curve } from './curve.ts';
import type { Range } from './visible-points.ts';

/** Values that no axis has a place for. */
export interface NonFiniteMark {
  /** Where the first of them is. */
  readonly x: number;
  readonly value: number;
  /** How many more of the same kind the mark stands for. */
  readonly more: number;
}

interface Open extends NonFiniteMark {
  more: number;
  /** The last row that it stands for. */
  row: number;
}

/**
 * Marks for the NaN and infinite values of a curve in the range, one for rows of the same kind that follow each other or are closer
 * together than a share of it, so that there are no more than `max` of each kind.
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
  const marks: Open[] = [];
  const newest = new Map<string, Open>();
  for (const row of nonFinite) {
    const place = x[row]!;
    if (!Number.isFinite(place) || (range && (place < range[0] || place > range[1]))) continue;
    const kind = String(y[row]);
    const last = newest.get(kind);
    if (last !== undefined && (row === last.row + 1 || Math.abs(place - last.x) < gap)) {
      last.more++;
      last.row = row;
      continue;
    }
    const mark = { x: place, value: y[row]!, more: 0, row };
    marks.push(mark);
    newest.set(kind, mark);
  }
  return marks;
}
