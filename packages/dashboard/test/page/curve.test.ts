import { exponentialMovingAverage } from '@kindling/viz';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestRow } from '../../src/page/curves/best-row.ts';
import { Curve } from '../../src/page/curves/curve.ts';
import { curveTable } from '../../src/page/curves/curve-table.ts';
import { nearestRow } from '../../src/page/curves/nearest-row.ts';
import { nonFiniteMarks } from '../../src/page/curves/non-finite.ts';
import { type PointOptions, visiblePoints } from '../../src/page/curves/visible-points.ts';

function curveOf(values: readonly number[], x: (row: number) => number = (row) => row): Curve {
  const curve = new Curve('run', 'train', 'loss');
  for (const [row, value] of values.entries()) curve.push(x(row), value, row);
  return curve;
}

const all: PointOptions = { range: undefined, isLogX: false, isLogY: false, maxPoints: 400 };

describe('visiblePoints', () => {
  test('of a million rows no spike is lost, and there are no more points than asked for', () => {
    const curve = new Curve('run', 'train', 'loss');
    const spikes = new Map([
      [123_457, 50],
      [654_321, -50],
      [999_998, 70],
    ]);
    for (let row = 0; row < 1_000_000; row++) curve.push(row, spikes.get(row) ?? Math.sin(row / 5000), row);
    const points = visiblePoints(curve, curve.measured(), all);
    expect(points.length).toBeLessThanOrEqual(400);
    for (const spike of spikes) expect(points).toContainEqual(spike);
    const zoomRange = visiblePoints(curve, curve.measured(), { ...all, range: [654_000, 655_000] });
    expect(zoomRange).toContainEqual([654_321, -50]);
    expect(zoomRange[0]![0]).toBe(653_999);
    expect(zoomRange.at(-1)![0]).toBe(655_001);
  });

  test('what grows and is cut draws as what was made at once', () => {
    const values = fc.array(fc.oneof(fc.double({ min: -5, max: 5 }), fc.constant(Number.NaN)), {
      minLength: 1,
      maxLength: 3000,
    });
    fc.assert(
      fc.property(values, values, fc.double({ min: 0, max: 1, noNaN: true }), (first, second, share) => {
        const grown = curveOf(first);
        grown.measured();
        grown.smoothed(0.9);
        const kept = Math.floor(share * first.length);
        grown.truncate(kept);
        for (const [i, value] of second.entries()) grown.push(kept + i, value, kept + i);
        const whole = [...first.slice(0, kept), ...second];
        const made = curveOf(whole);
        expect(visiblePoints(grown, grown.measured(), all)).toEqual(
          visiblePoints(made, made.measured(), all),
        );
        const average = exponentialMovingAverage(whole, 0.9);
        for (const [i, value] of grown.smoothed(0.9).y.entries()) {
          if (Number.isFinite(average[i])) expect(value).toBeCloseTo(average[i]!, 9);
        }
        expect(grown.nonFinite).toEqual(whole.flatMap((value, row) => (Number.isFinite(value) ? [] : [row])));
      }),
      { numRuns: 30 },
    );
  });

  test('a run that went on from an earlier step is drawn in pieces, not in a zigzag', () => {
    const curve = curveOf([4, 3, 2, 3.5, 2.5], (row) => (row < 3 ? row : row - 2));
    expect(visiblePoints(curve, curve.measured(), all)).toEqual([
      [0, 4],
      [1, 3],
      [2, 2],
      [1, null],
      [1, 3.5],
      [2, 2.5],
    ]);
    expect(nearestRow(curve, 1.1)).toBe(3);
  });

  test('rows in no order are sorted', () => {
    const curve = curveOf(
      Array.from({ length: 200 }, (_, row) => row),
      (row) => (row * 101) % 200,
    );
    const points = visiblePoints(curve, curve.measured(), all);
    expect(points.map(([x]) => x)).toEqual(Array.from({ length: 200 }, (_, x) => x));
  });

  test('NaN is a gap, and what a log axis has no place for', () => {
    const curve = curveOf([1, Number.NaN, 0, 2]);
    const y = (options: PointOptions) =>
      visiblePoints(curve, curve.measured(), options).map(([, one]) => one);
    expect(y(all)).toEqual([1, null, 0, 2]);
    expect(y({ ...all, isLogY: true })).toEqual([1, null, null, 2]);
    expect(y({ ...all, isLogX: true })).toEqual([null, 0, 2]);
    expect(curve.hasNonPositive).toBe(true);
  });
});

test('NaN and infinities have marks where they begin, with how many follow', () => {
  const curve = curveOf([1, Number.NaN, Number.NaN, 3, Infinity, ...new Array(95).fill(1), Number.NaN]);
  expect(nonFiniteMarks(curve, undefined, [0, 100], 20)).toMatchObject([
    { x: 1, value: Number.NaN, more: 1 },
    { x: 4, value: Infinity, more: 0 },
    { x: 100, value: Number.NaN, more: 0 },
  ]);
  expect(nonFiniteMarks(curve, [3, 5], undefined, 20)).toHaveLength(1);
});

test('the best row follows a curve that grows, is smoothed, or is cut', () => {
  const curve = curveOf([3, 1, 2]);
  expect(bestRow(curve, 0)).toBe(1);
  curve.push(3, 0.5, 3);
  expect(bestRow(curve, 0)).toBe(3);
  curve.truncate(3);
  expect(bestRow(curve, 0)).toBe(1);
  curve.push(3, Number.NaN, 3);
  curve.push(4, -Infinity, 4);
  expect(bestRow(curve, 0)).toBe(1);
  expect(bestRow(curve, 0.5)).toBe(1);
  expect(bestRow(new Curve('run', 'train', 'lr'), 0)).toBeUndefined();
});

test('a data table has the values of all curves at the places of each', () => {
  const validation = new Curve('run', 'validation', 'loss');
  validation.push(1, 9, 0);
  const { rows, isPartial } = curveTable([curveOf([3, 2, 1]), validation], undefined, 100);
  expect(rows).toEqual([
    { x: 0, values: [3, undefined] },
    { x: 1, values: [2, 9] },
    { x: 2, values: [1, undefined] },
  ]);
  expect(isPartial).toBe(false);
  const long = curveTable(
    [curveOf(Array.from({ length: 5000 }, (_, row) => (row === 77 ? -1 : row)))],
    undefined,
    50,
  );
  expect(long.isPartial).toBe(true);
  expect(long.rows.length).toBeLessThanOrEqual(50);
  expect(long.rows).toContainEqual({ x: 77, values: [-1] });
});
