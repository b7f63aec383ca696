import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate, downsample } from '../src/index.ts';

const values = fc.array(
  fc.oneof({ weight: 9, arbitrary: fc.double({ min: -1e9, max: 1e9 }) }, fc.constant(Number.NaN)),
  {
    maxLength: 400,
  },
);
const curve = values.chain((y) =>
  fc
    .array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: y.length, maxLength: y.length })
    .map((x) => ({ x: x.sort((a, b) => a - b), y })),
);
const finiteOf = (column: readonly number[]) => column.filter(Number.isFinite);

describe('downsample', () => {
  it('keeps order, both ends, the smallest and the largest value, and no more points than asked', () => {
    fc.assert(
      fc.property(curve, fc.integer({ min: 4, max: 120 }), ({ x, y }, maxPoints) => {
        const rows = downsample(x, y, maxPoints);
        expect(rows.length).toBe(new Set(rows).size);
        expect(rows).toEqual(rows.toSorted((a, b) => a - b));
        expect(rows.length).toBeLessThanOrEqual(Math.max(maxPoints, 0));
        if (y.length === 0) return;
        expect(rows[0]).toBe(0);
        expect(rows.at(-1)).toBe(y.length - 1);
        const kept = finiteOf(rows.map((row) => y[row]!));
        const all = finiteOf(y);
        expect(kept.length > 0).toBe(all.length > 0);
        if (all.length === 0) return;
        expect(Math.min(...kept)).toBe(Math.min(...all));
        expect(Math.max(...kept)).toBe(Math.max(...all));
      }),
    );
  });

  it('returns every row of a short curve', () => {
    expect(downsample([0, 1, 2], [5, 6, 7], 4)).toEqual([0, 1, 2]);
  });

  it('keeps a gap that is wider than a bucket', () => {
    const x = Array.from({ length: 1000 }, (_, i) => i);
    const y = x.map((i) => (i >= 400 && i < 600 ? Number.NaN : i));
    expect(downsample(x, y, 50).some((row) => row >= 400 && row < 600)).toBe(true);
  });

  it('lays its buckets along x, not along the rows', () => {
    const x = Array.from({ length: 1000 }, (_, i) => (i < 990 ? i / 990 : 10 * (i - 989)));
    const y = x.map((_, i) => i % 2);
    const rows = downsample(x, y, 50);
    expect(rows.filter((row) => row >= 990)).toHaveLength(10);
  });

  it('refuses columns it cannot draw', () => {
    expect(() => downsample([0, 1], [0], 4)).toThrow(
      'downsample: expected y to have as many values as x (2), got 1',
    );
    expect(() => downsample([0, 2, 1], [0, 0, 0], 4)).toThrow(
      'x to be finite and non-decreasing, got 1 after 2 at row 2',
    );
    expect(() => downsample([0, Number.NaN], [0, 0], 4)).toThrow('got NaN after 0 at row 1');
    expect(() => downsample([0], [0], 3)).toThrow('expected maxPoints to be an integer of at least 4, got 3');
  });

  it('keeps one high point among a million', () => {
    const x = Float64Array.from({ length: 1e6 }, (_, i) => i);
    const y = x.map((i) => Math.sin(i / 1000) + (i === 654_321 ? 9 : 0));
    const rows = downsample(x, y, 2000);
    expect(rows).toContain(654_321);
  });
});

describe('decimate', () => {
  it('keeps at most one point a cell, and the smallest and the largest y', () => {
    fc.assert(
      fc.property(
        curve,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        ({ x, y }, columns, rows) => {
          const kept = decimate(x, y, columns, rows);
          expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
          expect(kept.length).toBeLessThanOrEqual(columns * rows + 2);
          const all = finiteOf(y);
          expect(kept.length > 0).toBe(all.length > 0);
          if (all.length === 0) return;
          const left = kept.map((row) => y[row]!);
          expect(left.every(Number.isFinite)).toBe(true);
          expect(Math.min(...left)).toBe(Math.min(...all));
          expect(Math.max(...left)).toBe(Math.max(...all));
        },
      ),
    );
  });

  it('refuses a grid that is none', () => {
    for (const [columns, rows] of [
      [0, 1],
      [1, 0.5],
    ] as const) {
      expect(() => decimate([0], [0], columns, rows)).toThrow(
        `decimate: expected a grid of positive integers, got ${columns} × ${rows}`,
      );
    }
  });

  it('leaves a sparse cloud alone', () => {
    expect(decimate([0, 1, 2], [0, 2, 1], 10, 10)).toEqual([0, 1, 2]);
  });
});
