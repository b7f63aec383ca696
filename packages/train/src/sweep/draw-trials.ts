import { Generator } from '@kindling/core';
import type { AxisValues } from './axis-values.ts';

/** A point of the space that the axes of a sweep span: a value of each. */
export type Point = readonly unknown[];

/** How many points a grid over the axes has; `Infinity` where an axis is continuous. */
export const gridSize = (axes: readonly AxisValues[]): number =>
  axes.reduce(
    (size, axis) => size * (axis.type === 'choice' ? axis.values.length : Number.POSITIVE_INFINITY),
    1,
  );

/** Every combination of the values of discrete axes; those of the last axis change fastest. */
export function gridPoints(axes: readonly AxisValues[]): Point[] {
  return axes.reduce<Point[]>(
    (points, axis) =>
      axis.type === 'choice'
        ? points.flatMap((point) => axis.values.map((value) => [...point, value]))
        : points,
    [[]],
  );
}

/** Digits of a number that is drawn. */
const DIGITS = 6;

/**
 * Points drawn by a seed, each axis in its turn from the generator of PyTorch; the first n of them are the same however many follow.
 * Where all axes are discrete, no combination comes again before each has come.
 */
export function randomPoints(axes: readonly AxisValues[], count: number, seed: number): Point[] {
  const generator = new Generator(seed);
  const size = gridSize(axes);
  const taken = new Set<string>();
  return Array.from({ length: count }, () => {
    if (taken.size === size) taken.clear();
    for (;;) {
      const point = axes.map((axis) => drawValue(axis, generator));
      const key = JSON.stringify(point);
      if (size !== Number.POSITIVE_INFINITY && taken.has(key)) continue;
      taken.add(key);
      return point;
    }
  });
}

function drawValue(axis: AxisValues, generator: Generator): unknown {
  // 53 bits, as many as a double holds.
  const share = Number(generator.random64() & 0x1fffffffffffffn) / 2 ** 53;
  if (axis.type === 'choice') return axis.values[Math.floor(share * axis.values.length)];
  const { type, low, high } = axis;
  const value =
    type === 'uniform'
      ? low + share * (high - low)
      : Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low)));
  // Few digits can be read and typed again; rounding does not leave the interval.
  return Math.min(high, Math.max(low, Number(value.toPrecision(DIGITS))));
}
