import { describe, expect, test } from 'vitest';
import { tensor } from '../../src/index.ts';
import { native } from './engine.ts';

const sigmoid = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

/** The distance of floats where x lies. */
const ulpOf = (x: number): number => 2 ** (Math.max(Math.floor(Math.log2(x)), -126) - 23);

const valuesOf = (x: Float32Array): number[] => [...tensor(x).sigmoid().data()];

describe.skipIf(native === undefined)('sigmoid of float32', () => {
  test('is within 2 ulp, subnormal results included', () => {
    const x = Float32Array.from({ length: 200_000 }, (_, i) => -103.5 + i * 0.001);
    const errors = valuesOf(x).map((y, i) => Math.abs(y - sigmoid(x[i]!)) / ulpOf(sigmoid(x[i]!)));
    expect(errors.reduce((a, b) => Math.max(a, b))).toBeLessThanOrEqual(2);
  });

  test('at the ends of the range', () => {
    const least = 2 ** -149;
    const x = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      0,
      -0,
      3e38,
      -3e38,
      1e-40,
      -1e-40,
    ];
    expect(valuesOf(Float32Array.from(x))).toEqual([Number.NaN, 1, 0, 0.5, 0.5, 1, 0, 0.5, 0.5]);
    expect(valuesOf(Float32Array.of(-103.5, -104))).toEqual([least, 0]);
  });
});
