import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponentialMovingAverage, MovingAverage } from '../src/index.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const weight = fc.double({ min: 0, max: 0.999, noNaN: true });

/** The definition, two running sums and a division. */
function byDefinition(values: readonly number[], beta: number): number[] {
  let average = 0;
  return values.map((value, i) => {
    average = beta * average + (1 - beta) * value;
    return average / (1 - beta ** (i + 1));
  });
}

describe('exponentialMovingAverage', () => {
  it('follows its definition', () => {
    expect(Array.from(exponentialMovingAverage([1, 2, 4], 0.5))).toEqual([1, expect.closeTo(5 / 3, 14), 3]);
    fc.assert(
      fc.property(fc.array(finite, { maxLength: 200 }), weight, (values, beta) => {
        const expected = byDefinition(values, beta);
        for (const [i, value] of exponentialMovingAverage(values, beta).entries()) {
          expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(
            1e-7 * Math.max(1, ...values.map(Math.abs)),
          );
        }
      }),
    );
  });

  it('keeps a constant column exactly constant', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.nat(300),
        weight,
        (value, length, beta) => {
          // + 0: the average of minus zeros is zero.
          const column = Array.from({ length }, () => value + 0);
          expect(Array.from(exponentialMovingAverage(column, beta))).toEqual(column);
        },
      ),
    );
  });

  it('returns the values at weight 0 and stays within their range at any weight', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), weight, (values, beta) => {
        expect(Array.from(exponentialMovingAverage(values, 0))).toEqual(values);
        const [low, high] = [Math.min(...values), Math.max(...values)];
        const slack = 1e-9 * Math.max(1, high - low);
        for (const value of exponentialMovingAverage(values, beta)) {
          expect(value).toBeGreaterThanOrEqual(low - slack);
          expect(value).toBeLessThanOrEqual(high + slack);
        }
      }),
    );
  });

  it('hands NaN and infinities through without spoiling what follows', () => {
    const gaps = Array.from(exponentialMovingAverage([1, Number.NaN, 3, Number.NEGATIVE_INFINITY, 5], 0.5));
    const without = Array.from(exponentialMovingAverage([1, 3, 5], 0.5));
    expect(gaps).toEqual([without[0], Number.NaN, without[1], Number.NEGATIVE_INFINITY, without[2]]);
  });

  it('does not overflow between the largest doubles', () => {
    expect(
      Array.from(exponentialMovingAverage([1.7e308, -1.7e308, 1.7e308], 0.9)).every(Number.isFinite),
    ).toBe(true);
  });

  it('refuses a weight outside [0, 1)', () => {
    for (const beta of [1, -0.1, Number.NaN]) {
      expect(() => exponentialMovingAverage([1], beta)).toThrow(
        `exponentialMovingAverage: expected a weight in [0, 1), got ${beta}`,
      );
    }
  });
});

describe('MovingAverage', () => {
  it('goes on from any place of a column, and refuses what is no weight', () => {
    fc.assert(
      fc.property(
        fc.array(finite, { minLength: 1, maxLength: 50 }),
        weight,
        fc.nat(49),
        (values, beta, at) => {
          const whole = exponentialMovingAverage(values, beta);
          const count = Math.min(at, values.length);
          const after = new MovingAverage(beta, { average: whole[count - 1] ?? 0, count });
          for (let i = count; i < values.length; i++) {
            expect(Math.abs(after.next(values[i]!) - whole[i]!)).toBeLessThanOrEqual(
              1e-7 * Math.max(1, ...values.map(Math.abs)),
            );
          }
        },
      ),
    );
    expect(() => new MovingAverage(1)).toThrow('expected a weight in [0, 1), got 1');
  });
});
