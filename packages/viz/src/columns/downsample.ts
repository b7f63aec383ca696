import { type Column, expectLength, extent, isDrawable } from './column.ts';

/**
 * Which rows of a curve to draw so that it looks the same with at most `maxPoints` points.
 *
 * The span of x is cut into ⌊(maxPoints − 2) / 2⌋ buckets of equal width; the first and last row stay, and in every
 * bucket the row with the smallest and the row with the largest y, so no spike is lost, unlike with every-nth-row
 * sampling or an average. A bucket without a drawable y keeps one row: the gap stays a gap. Buckets lie in the space of
 * `x`: pass log x for a logarithmic axis.
 *
 * @param x never falling, no NaN, nothing infinite
 * @param y as long as `x`; NaN and infinite values are gaps
 * @param maxPoints at least 4
 * @returns row indices, ascending; every row where there are no more than `maxPoints`
 * @throws RangeError for columns of different length, an x that falls or is not finite, `maxPoints` below 4
 */
export function downsample(x: Column, y: Column, maxPoints: number): number[] {
  expectLength('downsample', 'y', y, x.length, 'x');
  if (!Number.isInteger(maxPoints) || maxPoints < 4) {
    throw new RangeError(`downsample: expected maxPoints to be an integer of at least 4, got ${maxPoints}`);
  }
  for (let i = 0; i < x.length; i++) {
    if (!isDrawable(x[i]!) || (i > 0 && x[i]! < x[i - 1]!)) {
      const after = i > 0 ? ` after ${x[i - 1]}` : '';
      throw new RangeError(
        `downsample: expected x to be finite and non-decreasing, got ${x[i]}${after} at row ${i}`,
      );
    }
  }
  if (x.length <= maxPoints) return Array.from({ length: x.length }, (_, i) => i);

  const last = x.length - 1;
  const buckets = Math.floor((maxPoints - 2) / 2);
  const bucketOf = bucketing(x[0]!, x[last]!, buckets);
  const kept = [0];
  for (let start = 1; start < last; ) {
    const bucket = bucketOf(x[start]!);
    let low = start;
    let high = start;
    let end = start;
    for (; end < last && bucketOf(x[end]!) === bucket; end++) {
      if (!isDrawable(y[end]!)) continue;
      if (!(y[low]! <= y[end]!) || !isDrawable(y[low]!)) low = end;
      if (!(y[high]! >= y[end]!) || !isDrawable(y[high]!)) high = end;
    }
    kept.push(Math.min(low, high));
    if (low !== high) kept.push(Math.max(low, high));
    start = end;
  }
  kept.push(last);
  return kept;
}

/**
 * Which points of a cloud to draw so that it looks the same: one for each cell of a grid of `columns` × `rows` laid
 * over the finite points, and always the rows with the smallest and the largest y.
 *
 * @returns row indices, ascending, at most `columns`·`rows` + 2; rows with a value that is not finite are left out
 * @throws RangeError for columns of different length, or a grid that is not of positive integers
 */
export function decimate(x: Column, y: Column, columns: number, rows: number): number[] {
  expectLength('decimate', 'y', y, x.length, 'x');
  for (const count of [columns, rows]) {
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(`decimate: expected a grid of positive integers, got ${columns} × ${rows}`);
    }
  }
  const spanX = extent(x);
  const spanY = extent(y);
  if (!spanX || !spanY) return [];
  const columnOf = bucketing(...spanX, columns);
  const rowOf = bucketing(...spanY, rows);
  const taken = new Uint8Array(columns * rows);
  const kept: number[] = [];
  let low = -1;
  let high = -1;
  for (let i = 0; i < x.length; i++) {
    if (!isDrawable(x[i]!) || !isDrawable(y[i]!)) continue;
    if (low < 0 || y[i]! < y[low]!) low = i;
    if (high < 0 || y[i]! > y[high]!) high = i;
    const cell = rowOf(y[i]!) * columns + columnOf(x[i]!);
    if (taken[cell]) continue;
    taken[cell] = 1;
    kept.push(i);
  }
  return [...new Set([...kept, low, high])].filter((i) => i >= 0).sort((a, b) => a - b);
}

/** The bucket 0 … count − 1 of a value in [first, last]. */
function bucketing(first: number, last: number, count: number): (value: number) => number {
  const span = last - first;
  return (value) => (span > 0 ? Math.min(count - 1, Math.floor(((value - first) / span) * count)) : 0);
}
