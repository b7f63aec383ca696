import { type Column, isDrawable } from './column.ts';

const maxBins = 200;

/**
 * Ends of bins of equal width over the drawable values of all columns.
 *
 * Without a number, the width is that of Freedman & Diaconis, h = 2·IQR / n^⅓ ("On the histogram as a density
 * estimator", 1981), or the range / (log₂ n + 1) of Sturges where the quartiles are equal; at most 200 bins.
 *
 * @param range ends of the bins; default: the smallest and the largest value
 * @returns one more than bins, ascending; none where there is no value and no range
 */
export function binEdges(
  columns: readonly Column[],
  count: number | undefined,
  range: readonly [min: number, max: number] | undefined,
): number[] {
  const values: number[] = [];
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) if (isDrawable(column[i]!)) values.push(column[i]!);
  }
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0 && !range) return [];
  let [min, max] = range ?? [sorted[0]!, sorted.at(-1)!];
  if (!(max > min)) {
    const margin = Math.abs(min) / 10 || 0.5;
    [min, max] = [min - margin, max + margin];
  }
  const isOneValue = !range && sorted[0] === sorted.at(-1);
  const bins = count ?? (isOneValue ? 1 : automaticCount(sorted, max - min));
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? max : min + ((max - min) * i) / bins));
}

function automaticCount(sorted: Float64Array, span: number): number {
  const n = sorted.length;
  if (n === 0) return 1;
  const spread = sorted[Math.floor(0.75 * (n - 1))]! - sorted[Math.floor(0.25 * (n - 1))]!;
  const width = spread > 0 ? (2 * spread) / Math.cbrt(n) : span / (Math.log2(n) + 1);
  return Math.min(maxBins, Math.max(1, Math.ceil(span / width)));
}

/** The number of values in each bin [eᵢ, eᵢ₊₁), the last with its upper end, and the number of those in none. */
export function binCounts(values: Column, edges: readonly number[]): { counts: number[]; outside: number } {
  const bins = Math.max(0, edges.length - 1);
  const counts = new Array<number>(bins).fill(0);
  let outside = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!isDrawable(value) || bins === 0 || value < edges[0]! || value > edges[bins]!) {
      outside++;
      continue;
    }
    let low = 0;
    let high = bins - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (edges[middle]! <= value) low = middle;
      else high = middle - 1;
    }
    counts[low]!++;
  }
  return { counts, outside };
}

/** Throws unless the edges are finite, ascending and at least two. */
export function expectEdges(where: string, edges: Column): void {
  for (let i = 0; i < edges.length; i++) {
    if (!isDrawable(edges[i]!) || (i > 0 && !(edges[i]! > edges[i - 1]!))) {
      throw new RangeError(
        `${where}: expected edges to be finite and ascending, got ${edges[i]} at index ${i}`,
      );
    }
  }
  if (edges.length < 2) throw new RangeError(`${where}: expected at least 2 edges, got ${edges.length}`);
}

/** Throws unless `bins` is a usable number of bins. */
export function expectBins(where: string, bins: number | undefined): void {
  if (bins !== undefined && !(Number.isInteger(bins) && bins >= 1 && bins <= 10_000)) {
    throw new RangeError(`${where}: expected bins to be an integer in [1, 10000], got ${String(bins)}`);
  }
}

/** Throws unless `range` goes from one number up to another. */
export function expectRange(where: string, name: string, range: readonly [number, number] | undefined): void {
  if (range && !(isDrawable(range[0]) && isDrawable(range[1]) && range[0] < range[1])) {
    throw new RangeError(`${where}: expected ${name} [low, high] with low < high, got [${range}]`);
  }
}
