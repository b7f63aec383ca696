/** Rows in a block of each level, the finest first. */
const blockSizes = [16, 128, 1024] as const;
/** Blocks for each point that is drawn, at least: so the ends of blocks do not show. */
const blocksPerPoint = 2;

interface Level {
  readonly size: number;
  /** Of each whole block: the rows of its smallest and largest value, and its first row without a finite one or -1. */
  readonly low: number[];
  readonly high: number[];
  readonly gap: number[];
}

/**
 * The rows of the smallest and the largest value of each block of a column that grows, so that a view of a million rows looks at some
 * thousands of them and yet loses no spike.
 */
export class MinMaxPyramid {
  readonly #levels: readonly Level[] = blockSizes.map((size) => ({ size, low: [], high: [], gap: [] }));

  /** Takes in the blocks that are whole by now. */
  extend(values: Float64Array): void {
    for (const level of this.#levels) {
      for (let block = level.low.length; (block + 1) * level.size <= values.length; block++) {
        const { low, high, gap } = extremesOf(values, block * level.size, (block + 1) * level.size);
        level.low.push(low);
        level.high.push(high);
        level.gap.push(gap);
      }
    }
  }

  /** Forgets what holds rows from this one on. */
  truncate(rows: number): void {
    for (const level of this.#levels) {
      const blocks = Math.min(level.low.length, Math.floor(rows / level.size));
      level.low.length = level.high.length = level.gap.length = blocks;
    }
  }

  /**
   * Rows in [from, to), ascending: all of them where there are few, else the ends and the extremes of each block.
   *
   * @param points how many of them will be drawn
   */
  rowsBetween(from: number, to: number, points: number): Uint32Array {
    const count = Math.max(0, to - from);
    const level = this.#levels.findLast(({ size }) => count / size >= blocksPerPoint * points);
    if (level === undefined) return rowsFrom(from, count);
    const first = Math.ceil(from / level.size);
    const end = Math.max(first, Math.min(level.low.length, Math.floor(to / level.size)));
    const head = Math.min(first * level.size, to);
    const tail = Math.max(head, end * level.size);
    const rows = new Uint32Array(head - from + 3 * (end - first) + (to - tail));
    let length = 0;
    for (let row = from; row < head; row++) rows[length++] = row;
    for (let block = first; block < end; block++) {
      const [a, b, c] = sorted(level.low[block]!, level.high[block]!, level.gap[block]!);
      if (a >= 0) rows[length++] = a;
      if (b >= 0 && b !== a) rows[length++] = b;
      if (c !== b) rows[length++] = c;
    }
    for (let row = tail; row < to; row++) rows[length++] = row;
    return rows.subarray(0, length);
  }
}

function rowsFrom(from: number, count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let i = 0; i < count; i++) rows[i] = from + i;
  return rows;
}

function extremesOf(values: Float64Array, from: number, to: number) {
  let [low, high, gap] = [-1, -1, -1];
  let [min, max] = [Infinity, -Infinity];
  for (let row = from; row < to; row++) {
    const value = values[row]!;
    if (!(value > -Infinity && value < Infinity)) {
      if (gap < 0) gap = row;
      continue;
    }
    if (value < min) [min, low] = [value, row];
    if (value > max) [max, high] = [value, row];
  }
  return { low, high, gap };
}

function sorted(a: number, b: number, c: number): readonly [number, number, number] {
  const [low, high] = a < b ? [a, b] : [b, a];
  if (c <= low) return [c, low, high];
  return c <= high ? [low, c, high] : [low, high, c];
}
