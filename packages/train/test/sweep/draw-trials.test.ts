import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AxisValues } from '../../src/sweep/axis-values.ts';
import { gridPoints, gridSize, randomPoints } from '../../src/sweep/draw-trials.ts';

const list = (...values: unknown[]): AxisValues => ({ type: 'choice', values });
const log: AxisValues = { type: 'log', low: 1e-4, high: 0.1 };
const uniform: AxisValues = { type: 'uniform', low: -1, high: 3 };

test('a grid has every combination, the last axis fastest', () => {
  expect(gridPoints([list('a', 'b'), list(1, 2, 3)])).toEqual([
    ['a', 1],
    ['a', 2],
    ['a', 3],
    ['b', 1],
    ['b', 2],
    ['b', 3],
  ]);
  expect(gridSize([list(1, 2), list(3), list(4, 5, 6)])).toBe(6);
  expect(gridSize([list(1, 2), log])).toBe(Number.POSITIVE_INFINITY);
});

describe('random points', () => {
  test('are the same for a seed, now and later', () => {
    expect(randomPoints([log, list('a', 'b', 'c'), uniform], 3, 7)).toEqual(
      randomPoints([log, list('a', 'b', 'c'), uniform], 3, 7),
    );
    // These numbers are in the folders of sweeps that are gone on with.
    expect(randomPoints([log, uniform], 2, 0)).toMatchInlineSnapshot(`
      [
        [
          0.0813128,
          1.83128,
        ],
        [
          0.00238863,
          2.68299,
        ],
      ]
    `);
  });

  test('begin alike however many follow, and differ between seeds', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 20 }), (seed, count) => {
        const axes = [log, list(1, 2, 3, 4), uniform];
        const all = randomPoints(axes, 20, seed);
        expect(randomPoints(axes, count, seed)).toEqual(all.slice(0, count));
        expect(randomPoints(axes, 20, seed + 1)).not.toEqual(all);
      }),
    );
  });

  test('lie between the bounds, logarithms evenly', () => {
    const points = randomPoints([log, uniform], 2000, 3) as [number, number][];
    for (const [rate, share] of points) {
      expect(rate).toBeGreaterThanOrEqual(1e-4);
      expect(rate).toBeLessThanOrEqual(0.1);
      expect(share).toBeGreaterThanOrEqual(-1);
      expect(share).toBeLessThanOrEqual(3);
    }
    const decades = [-4, -3, -2].map(
      (decade) => points.filter(([rate]) => Math.floor(Math.log10(rate)) === decade).length,
    );
    for (const count of decades) expect(Math.abs(count - 2000 / 3)).toBeLessThan(80);
  });

  test('of lists come again only after all have come', () => {
    const axes = [list('a', 'b'), list(1, 2, 3)];
    const points = randomPoints(axes, 15, 1).map((point) => point.join());
    expect(new Set(points.slice(0, 6)).size).toBe(6);
    expect(new Set(points.slice(6, 12)).size).toBe(6);
    expect(new Set(points.slice(12)).size).toBe(3);
  });
});
