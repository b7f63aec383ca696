/** A row that is in the document, with the number of rows left out before it. */
export interface VirtualRow {
  readonly index: number;
  readonly skipped: number;
}

/** The rows of a long list that are in the document. */
export interface RowWindow {
  readonly rows: readonly VirtualRow[];
  /** Rows left out behind the last one. */
  readonly skippedAfter: number;
}

/**
 * Rows in [first, end) of a list of so many, and those that are kept wherever they are: the one with the focus, and what is being edited.
 */
export function rowWindow(
  count: number,
  [first, end]: readonly [first: number, end: number],
  kept: readonly number[],
): RowWindow {
  const [from, to] = [Math.max(0, Math.min(first, count)), Math.min(end, count)];
  const others = [...new Set(kept)].filter((row) => row >= 0 && row < count && (row < from || row >= to));
  const inside = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  const indices = [...others, ...inside].sort((a, b) => a - b);
  let next = 0;
  const rows = indices.map((index) => {
    const skipped = index - next;
    next = index + 1;
    return { index, skipped };
  });
  return { rows, skippedAfter: count - next };
}
