interface LineOption {
  readonly type?: string;
  readonly data?: readonly unknown[];
  readonly symbol?: string;
}

type Point = readonly [x: number, y: number | null];

const arePoints = (data: readonly unknown[]): data is readonly Point[] => data.every(Array.isArray);

/**
 * A series with its points in one array of numbers, NaN for gaps: ECharts copies that at once instead of point by point. Points that
 * stand alone between gaps have a symbol each; a series that has some stays as it is.
 */
export function typedSeries(series: object): object {
  const { type, data, symbol } = series as LineOption;
  if (type !== 'line' || data === undefined || !arePoints(data)) return series;
  const values = new Float64Array(2 * data.length);
  for (const [i, [x, y]] of data.entries()) {
    values[2 * i] = x;
    values[2 * i + 1] = y ?? Number.NaN;
  }
  return {
    ...series,
    dimensions: ['x', 'y'],
    data: values,
    ...(symbol === 'none' ? { showSymbol: false } : {}),
  };
}
