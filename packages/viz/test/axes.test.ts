import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortNumber, tickLabel } from '../src/axes/number-label.ts';
import { scaleOf } from '../src/axes/scale.ts';
import { linearTicks, logTicks, niceStep } from '../src/axes/ticks.ts';

const labels = (min: number, max: number, count: number) => {
  const { values, step } = linearTicks(min, max, niceStep(min, max, count));
  return values.map(tickLabel(values, step)).join(' ');
};

describe('ticks and their labels', () => {
  it('reads as people write numbers', () => {
    expect(labels(0, 1, 5)).toBe('0.0 0.2 0.4 0.6 0.8 1.0');
    expect(labels(0, 10_000, 5)).toBe('0 2k 4k 6k 8k 10k');
    expect(labels(0, 0.0012, 6)).toBe('0.0000 0.0002 0.0004 0.0006 0.0008 0.0010 0.0012');
    expect(labels(0.97811, 0.97819, 4)).toBe('0.97812 0.97814 0.97816 0.97818');
    expect(labels(-5, 5, 4)).toBe('-5 0 5');
    expect(labels(0, 2.5e6, 5)).toBe('0 0.5M 1.0M 1.5M 2.0M 2.5M');
    expect(labels(0, 3e-7, 3)).toBe('0 1e-7 2e-7 3e-7');
    expect(labels(1_000_000, 1_000_004, 4)).toBe('1000000 1000001 1000002 1000003 1000004');
  });

  it('has no dust of binary fractions', () => {
    expect(linearTicks(0, 1, 0.1).values).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  });

  it('stays on whole numbers where it is told to', () => {
    expect(linearTicks(1, 3, niceStep(1, 3, 8, 1)).values).toEqual([1, 2, 3]);
  });

  it('shows powers of ten on a logarithmic axis, fewer of many, more of few', () => {
    expect(logTicks(0.001, 1, 5).values).toEqual([0.001, 0.01, 0.1, 1]);
    expect(logTicks(1e-12, 1, 5).values).toEqual([1e-12, 1e-9, 1e-6, 0.001, 1]);
    expect(logTicks(1, 20, 5).values).toEqual([1, 2, 5, 10, 20]);
    expect(logTicks(0.6, 0.7, 4).values).toEqual([0.6, 0.65, 0.7]);
  });

  it('gives few ticks, in order and inside, for any two numbers', () => {
    const number = fc.double({ min: -1e300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.integer({ min: 1, max: 12 }), (a, b, count) => {
        fc.pre(a !== b);
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const { values } = linearTicks(min, max, niceStep(min, max, count));
        expect(values.length).toBeLessThanOrEqual(count + 1);
        for (const [i, value] of values.entries()) if (i > 0) expect(value).toBeGreaterThan(values[i - 1]!);
        const slack = 1e-8 * (max - min);
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(min - slack);
          expect(value).toBeLessThanOrEqual(max + slack);
        }
      }),
    );
  });

  it('writes a number in few characters', () => {
    expect(
      [0, 0.0012, 3.1419, 9999, 10_000, 12_345, 2e6, 1e-7, 6.022e23, -0.5, Number.NaN].map((n) =>
        shortNumber(n),
      ),
    ).toEqual(['0', '0.0012', '3.142', '9999', '10k', '12.35k', '2M', '1e-7', '6.022e23', '-0.5', 'NaN']);
  });
});

describe('scale', () => {
  const value = { type: 'value' } as const;

  it('shows zero unless told otherwise', () => {
    expect(scaleOf(value, [3, 7], 5)).toMatchObject({ min: 0, max: 8, ticks: [0, 2, 4, 6, 8] });
    expect(scaleOf({ ...value, scale: true }, [3, 7], 5)).toMatchObject({ min: 3, max: 7 });
    expect(scaleOf({ ...value, min: 'dataMin', max: 'dataMax' }, [3.3, 7.7], 5)).toMatchObject({
      min: 3.3,
      max: 7.7,
    });
  });

  it('ends on a tick', () => {
    expect(scaleOf({ ...value, scale: true }, [59, 174], 6)).toMatchObject({
      min: 40,
      max: 180,
      ticks: [40, 60, 80, 100, 120, 140, 160, 180],
    });
  });

  it('makes room around one value and where there is none', () => {
    const close = [9.999999979999998e299, 9.99999998e299];
    const tiny = [5e-324, 1e-323];
    for (const values of [[], [0], [5], [-5], [1e-300], [1e300], [Number.NaN, 2], close, tiny]) {
      for (const axis of [value, { ...value, scale: true }, { type: 'log' } as const]) {
        const scale = scaleOf(axis, values, 4);
        expect(scale.min).toBeLessThan(scale.max);
        expect(scale.ticks.length).toBeGreaterThan(0);
        for (const each of values) expect(scale.position(each)).not.toBe(Number.POSITIVE_INFINITY);
      }
    }
  });

  it('places every drawable value of its data between 0 and 1', () => {
    const column = fc.array(fc.double({ min: -1e300, max: 1e300, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(column, fc.constantFrom('value', 'log'), fc.boolean(), (values, type, free) => {
        const scale = scaleOf({ type, scale: free }, values, 5);
        for (const each of values) {
          const place = scale.position(each);
          if (type === 'log' && each < 1e-300) expect(place).toBeNaN();
          else expect(Math.abs(place - 0.5)).toBeLessThanOrEqual(0.5 + 1e-9);
        }
      }),
    );
  });
});

describe('axes of unusual numbers', () => {
  it('labels numbers beyond any unit with their power of ten', () => {
    expect([0, 1e15, 2e15].map(tickLabel([0, 1e15, 2e15], 1e15))).toEqual(['0', '1e15', '2e15']);
    expect([0, 5e14, 9e14].map(tickLabel([0, 5e14, 9e14], 1e14))).toEqual(['0', '500T', '900T']);
  });

  it('labels nine decades with every second or third power of ten', () => {
    expect(logTicks(1e-9, 1, 5).values).toEqual([1e-9, 1e-6, 1e-3, 1]);
    expect(logTicks(1e-9, 1, 10).values).toHaveLength(10);
    const { ticks, label } = scaleOf({ type: 'log' }, [3e-9, 2], 5);
    expect(ticks.map(label)).toEqual(['1e-8', '1e-6', '0.0001', '0.01', '1']);
  });

  it('spans values around 0, and keeps ends that are given on an axis of either kind', () => {
    const endsOf = ({ min, max }: { min: number; max: number }) => [min, max];
    expect(endsOf(scaleOf({ type: 'value' }, [-1, 1], 5))).toEqual([-1, 1]);
    expect(endsOf(scaleOf({ type: 'value', min: 2, max: 7 }, [-1, 1], 5))).toEqual([2, 7]);
    expect(endsOf(scaleOf({ type: 'log', min: 0.02, max: 700 }, [1, 10], 5))).toEqual([0.02, 700]);
  });

  it('reaches from negative values up to 0, or to the largest where 0 is not wanted', () => {
    const toZero = scaleOf({ type: 'value' }, [-5, -2], 5);
    expect([toZero.min, toZero.max]).toEqual([-5, 0]);
    expect(toZero.position(-5)).toBe(0);
    expect(toZero.position(0)).toBe(1);
    const tight = scaleOf({ type: 'value', scale: true }, [-5, -2], 3);
    expect(tight.max).toBeLessThan(0);
    expect(tight.ticks.every((tick) => tick < 0)).toBe(true);
    expect(scaleOf({ type: 'value', scale: true }, [-3, -3], 3).max).toBeLessThan(0);
  });
});

describe('clock axes', () => {
  const at = (...parts: [number, number, number, number?, number?, number?]) => Date.UTC(...parts);
  const labels = (min: number, max: number) => {
    const scale = scaleOf({ type: 'value', labels: 'clock', scale: true, min, max }, [], 5);
    return scale.ticks.map((tick) => scale.label(tick));
  };

  it('goes from its beginning to its end', () => {
    const [min, max] = [at(2026, 0, 1, 12), at(2026, 0, 1, 14)];
    const { position } = scaleOf({ type: 'value', labels: 'clock', scale: true, min, max }, [], 5);
    expect([min, at(2026, 0, 1, 12, 30), max].map(position)).toEqual([0, 0.25, 1]);
  });

  it('has ticks at whole times, written as short as they can be told apart', () => {
    expect(labels(at(2026, 0, 1, 12, 0, 3), at(2026, 0, 1, 12, 0, 30))).toEqual([
      '12:00:10',
      '12:00:20',
      '12:00:30',
    ]);
    expect(labels(at(2026, 0, 1, 12, 1), at(2026, 0, 1, 13))).toEqual(['12:15', '12:30', '12:45', '13:00']);
    expect(labels(at(2026, 0, 1, 12), at(2026, 0, 2, 14))).toEqual([
      '01-01 12:00',
      '01-01 18:00',
      '01-02 00:00',
      '01-02 06:00',
      '01-02 12:00',
    ]);
    expect(labels(at(2026, 0, 1), at(2026, 0, 5))).toEqual([
      '2026-01-01',
      '2026-01-02',
      '2026-01-03',
      '2026-01-04',
      '2026-01-05',
    ]);
  });
});
