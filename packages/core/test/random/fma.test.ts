import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fma32, fma64 } from '../../src/random/fma.ts';

/** The float nearest to an integer, ties to even, with a mantissa of the given length. */
function nearest(value: bigint, digits: number): number {
  const size = value < 0n ? -value : value;
  const drop = BigInt(Math.max(0, size.toString(2).length - digits));
  const kept = size >> drop;
  const rest = size - (kept << drop);
  const half = drop === 0n ? 1n : 1n << (drop - 1n);
  const up = rest > half || (rest === half && kept % 2n === 1n);
  return Number((up ? kept + 1n : kept) << drop) * (value < 0n ? -1 : 1);
}

/** Integers of up to `digits` bits, as likely to be short as long, and never 0. */
const integer = (digits: number) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: digits }),
      fc.bigInt({ min: 0n, max: 2n ** 60n }),
      fc.constantFrom(1n, -1n),
    )
    .map(([length, value, sign]) => sign * (BigInt.asUintN(length, value) || 1n));

const shift = fc.bigInt({ min: 0n, max: 60n });

test('fma64 rounds the exact value once', () => {
  fc.assert(
    fc.property(integer(53), integer(53), integer(53), shift, (a, b, c, places) => {
      const addend = c << places;
      expect(fma64(Number(a), Number(b), Number(addend))).toBe(nearest(a * b + addend, 53));
    }),
    { numRuns: 20000 },
  );
});

test('fma32 rounds the exact value once', () => {
  fc.assert(
    fc.property(integer(24), integer(24), integer(24), shift, (a, b, c, places) => {
      const addend = c << places;
      expect(fma32(Number(a), Number(b), Number(addend))).toBe(nearest(a * b + addend, 24));
    }),
    { numRuns: 20000 },
  );
});

test('a sum that lands on a tie of float32 goes the way of what float64 could not hold', () => {
  // The products are 2³⁶ ± 1, next to half of the last place of 2⁶⁰, which is 2³⁷.
  expect(Math.fround(658529 * 104353 + 2 ** 60)).toBe(2 ** 60);
  expect(fma32(658529, 104353, 2 ** 60)).toBe(2 ** 60 + 2 ** 37);
  expect(fma32(-658529, 104353, -(2 ** 60))).toBe(-(2 ** 60) - 2 ** 37);
  expect(Math.fround((2 ** 18 + 1) * (2 ** 18 - 1) + 2 ** 60 + 2 ** 37)).toBe(2 ** 60 + 2 ** 38);
  expect(fma32(2 ** 18 + 1, 2 ** 18 - 1, 2 ** 60 + 2 ** 37)).toBe(2 ** 60 + 2 ** 37);
  expect(fma32(2 ** 18, 2 ** 18, 2 ** 60)).toBe(2 ** 60);
});

test('a sum that lands on a tie of float64 goes the way of what the correction could not hold', () => {
  // The products are 2¹⁰⁵ ± 1, next to half of the last place of 2¹⁵⁸, which is 2¹⁰⁶.
  expect(fma64(7199155462287987, 5634663596278459, 2 ** 158)).toBe(2 ** 158 + 2 ** 106);
  expect(fma64(-7199155462287987, 5634663596278459, -(2 ** 158))).toBe(-(2 ** 158) - 2 ** 106);
  expect(fma64(6093374271049919, 6657201314554049, 2 ** 158 + 2 ** 106)).toBe(2 ** 158 + 2 ** 106);
  expect(fma64(2 ** 53, 2 ** 52, 2 ** 158)).toBe(2 ** 158);
});

test('near the limits of float64 the product is rounded first', () => {
  expect(fma64(0.5, 1e308, 1)).toBe(5e307);
  expect(fma64(Infinity, 1, 0)).toBe(Infinity);
  expect(fma64(Number.NaN, 1, 0)).toBeNaN();
});
