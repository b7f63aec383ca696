import { describe, expect, it } from 'vitest';
import { binEdges } from '../src/columns/bins.ts';
import { extent } from '../src/columns/column.ts';
import { histogramOverTime } from '../src/index.ts';

describe('extent', () => {
  it('is that of the values that can be drawn', () => {
    expect(extent([Number.NaN, 3, 1, Number.NEGATIVE_INFINITY, 2, 1e301])).toEqual([1, 3]);
    expect(extent([Number.NaN, Number.POSITIVE_INFINITY])).toBeUndefined();
    expect(extent([])).toBeUndefined();
  });
});

describe('bins', () => {
  it('have no edges where there is neither a value nor a range', () => {
    expect(binEdges([[], [Number.NaN]], 4, undefined)).toEqual([]);
    expect(binEdges([[]], 2, [0, 1])).toEqual([0, 0.5, 1]);
  });

  it('of no steps are no field', () => {
    expect(histogramOverTime({ step: [], counts: [], edges: [0, 1] }).series).toEqual([]);
  });
});
