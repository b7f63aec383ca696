import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedSeries } from '../../src/live/bounded-series.ts';

function seriesOf(values: readonly number[]): BoundedSeries {
  const series = new BoundedSeries();
  for (const [i, value] of values.entries()) series.add(i, value);
  return series;
}

test('few values are all there', () => {
  const { x, y } = seriesOf([3, Number.NaN, 5]).points();
  expect([Array.from(x), Array.from(y)]).toEqual([
    [0, 1, 2],
    [3, Number.NaN, 5],
  ]);
  expect(new BoundedSeries().points().x).toHaveLength(0);
});

test('many values become means of equally many, in bounded memory, up to the newest', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), (count) => {
      const { x, y } = seriesOf(Array.from({ length: count }, (_, i) => i)).points();
      expect(x.length).toBeLessThanOrEqual(1025);
      expect(x.length).toBeGreaterThanOrEqual(Math.min(count, 512));
      expect(x.at(-1)).toBe(count - 1);
      let from = 0;
      for (const [i, end] of x.entries()) {
        expect(y[i]).toBeCloseTo((from + end) / 2, 6);
        from = end + 1;
      }
    }),
    { numRuns: 30 },
  );
});

test('what is not finite makes a gap only where nothing else is', () => {
  const values = Array.from({ length: 4000 }, (_, i) =>
    i % 2 === 0 || i < 1000 ? Number.POSITIVE_INFINITY : 7,
  );
  const { y } = seriesOf(values).points();
  expect(new Set(y)).toEqual(new Set([Number.NaN, 7]));
});
