/** What is told of repeated measurements. */
export interface Summary {
  readonly median: number;
  /** Median absolute deviation: the median distance from the median. Unlike a standard deviation, one disturbed run leaves it be. */
  readonly mad: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

/** The middle value; of an even count, the mean of the two in the middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function summarize(values: readonly number[]): Summary {
  const center = median(values);
  return {
    median: center,
    mad: median(values.map((value) => Math.abs(value - center))),
    min: Math.min(...values),
    max: Math.max(...values),
    runs: values.length,
  };
}
