import { describe, expect, test } from 'vitest';
import { F, manualSeed, randn, type Tensor } from '../../src/index.ts';
import { native } from './engine.ts';

/** Bits of elements. */
const bits = (x: Tensor): string => Buffer.from(x.data().slice().buffer).toString('hex');

describe.skipIf(native === undefined)('products', () => {
  test.each([1, 2, 3, 4, 5, 16])(
    'have the same bits in each row however many rows there are, %d columns',
    (columns) => {
      manualSeed(columns);
      for (const depth of [3, 4, 5, 6, 7, 16, 31, 32]) {
        const [x, weight, bias] = [randn([55, depth]), randn([columns, depth]), randn([columns])];
        for (const added of [bias, undefined]) {
          const few = (first: number, count: number): string =>
            bits(F.linear(x.narrow(0, first, count), weight, added));
          const expected = Array.from({ length: 11 }, (_, i) => few(5 * i, 5)).join('');
          expect(bits(F.linear(x, weight, added)), `depth ${depth}`).toBe(expected);
        }
      }
    },
  );

  test.each([
    [20, 40, 70],
    [13, 17, 520],
    [100, 33, 30],
    [250, 90, 9],
  ])('add a bias to the sums that they have without: %d × %d, depth %d', (rows, columns, depth) => {
    manualSeed(rows);
    const [x, weight, bias] = [randn([rows, depth]), randn([columns, depth]), randn([columns])];
    const expected = bits(F.linear(x, weight).add(bias));
    // What a tile reads side by side, rows or columns of the right side, is packed in other ways.
    for (const laidOut of [weight, weight.t().contiguous().t()]) {
      expect(bits(F.linear(x, laidOut, bias))).toBe(expected);
    }
  });

  test.each([
    [4, 32, 33],
    [32, 4, 33],
    [16, 32, 100],
    [16, 4, 255],
    [64, 10, 200],
  ])('have the same bits turned: %d × %d, depth %d', (rows, columns, depth) => {
    manualSeed(depth);
    const [a, b] = [randn([depth, rows]), randn([depth, columns])];
    const product = a.t().matmul(b);
    expect(bits(product)).toBe(bits(b.t().matmul(a).t().contiguous()));
    const [left, right, found] = [a.data(), b.data(), product.data()];
    const element = (i: number, j: number): number => {
      let sum = 0;
      for (let p = 0; p < depth; p++) sum += left[p * rows + i]! * right[p * columns + j]!;
      return sum;
    };
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        expect(found[i * columns + j]).toBeCloseTo(element(i, j), 3);
      }
    }
  });
});
