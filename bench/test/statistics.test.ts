import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, summarize } from '../src/statistics.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });

describe('median', () => {
  test.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])('of %j is %d', (of, expected) => {
    expect(median(of)).toBe(expected);
  });

  test('leaves its argument in order', () => {
    const given = [3, 1, 2];
    median(given);
    expect(given).toEqual([3, 1, 2]);
  });

  test('of nothing is no number', () => {
    expect(median([])).toBeNaN();
  });

  test('has at most half of the values on either side', () => {
    fc.assert(
      fc.property(values, (list) => {
        const middle = median(list);
        expect(list.filter((value) => value < middle).length).toBeLessThanOrEqual(list.length / 2);
        expect(list.filter((value) => value > middle).length).toBeLessThanOrEqual(list.length / 2);
      }),
    );
  });
});

describe('summarize', () => {
  test('gives median, median absolute deviation, extremes and count', () => {
    // Distances from 4: 3, 2, 0, 1, 96.
    expect(summarize([1, 2, 4, 5, 100])).toEqual({ median: 4, mad: 2, min: 1, max: 100, runs: 5 });
  });

  test('of one value has no deviation', () => {
    expect(summarize([7])).toEqual({ median: 7, mad: 0, min: 7, max: 7, runs: 1 });
  });

  test('barely moves for one disturbed run', () => {
    const calm = summarize([10, 11, 10, 11, 10]);
    const disturbed = summarize([10, 11, 10, 11, 1e9]);
    expect(disturbed.median - calm.median).toBeLessThanOrEqual(1);
    expect(disturbed.mad).toBeLessThanOrEqual(1);
  });

  test('scales with the values', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 64 }), (list, power) => {
        const scale = 2 ** (power % 8);
        const { median: center, mad } = summarize(list);
        const scaled = summarize(list.map((value) => value * scale));
        expect(scaled.median).toBeCloseTo(center * scale, 6);
        expect(scaled.mad).toBeCloseTo(mad * scale, 6);
      }),
    );
  });
});
