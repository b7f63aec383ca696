import { afterAll, describe, expect, test } from 'vitest';
import { getNumThreads, setNumThreads } from '../../src/backend/threads.ts';
import { type Tensor, tensor } from '../../src/index.ts';

/** Rows of a product that is too small to look for zeros, and has its sums cut as a large one has. */
const FEW = 24;

/** A matrix of numbers in [−1, 1), of which those at `zeros` are 0 or −0. */
function matrix(rows: number, columns: number, zeros: (row: number, column: number) => boolean): Tensor {
  let state = 7;
  const values = Float32Array.from({ length: rows * columns }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const number = state / 2 ** 31 - 1;
    return zeros(Math.floor(i / columns), i % columns) ? 0 * number : number;
  });
  return tensor(values).reshape(rows, columns);
}

const bytesOf = (x: Tensor): Buffer => {
  const { buffer, byteOffset, byteLength } = x.contiguous().data();
  return Buffer.from(buffer, byteOffset, byteLength);
};

const never = (): boolean => false;
const margins = (position: number): boolean => position % 56 < 24;

const cases: readonly [name: string, left: () => Tensor, right: () => Tensor][] = [
  [
    'rows of the first factor, against rows',
    () => matrix(96, 320, (_, column) => margins(column)),
    () => matrix(256, 320, never).t(),
  ],
  [
    'rows of the first factor, others for each row',
    () => matrix(144, 490, (row, column) => margins(column + 5 * Math.floor(row / 24))),
    () => matrix(490, 176, never),
  ],
  [
    'columns of the second factor',
    () => matrix(96, 160, never).t().contiguous().t(),
    () => matrix(160, 400, (row, column) => margins(column + 9 * row)),
  ],
  ['all of a factor', () => matrix(96, 392, () => true), () => matrix(392, 256, never)],
];

describe('products leave out steps of zeros alone', () => {
  const before = getNumThreads();
  afterAll(() => setNumThreads(before));

  test.each(cases)('%s: the bits of a few rows at a time, on any number of threads', (_, left, right) => {
    const [a, b] = [left(), right()];
    const slices = Array.from({ length: a.shape[0]! / FEW }, (_, i) =>
      bytesOf(a.narrow(0, i * FEW, FEW).matmul(b)),
    );
    const expected = Buffer.concat(slices);
    for (const threads of [1, 2, 3]) {
      setNumThreads(threads);
      expect(bytesOf(a.matmul(b)).equals(expected), `${threads} threads`).toBe(true);
    }
  });

  test.each([Number.POSITIVE_INFINITY, Number.NaN])('but not those against %d', (value) => {
    const a = matrix(96, 392, (_, column) => margins(column));
    const b = matrix(256, 392, never);
    b.narrow(0, 40, 1).narrow(1, 3, 1).fill_(value);
    const product = a.matmul(b.t());
    const counted = product.isnan().sum(0).data();
    expect(
      [...counted].map((count, column) => (count > 0 ? column : -1)).filter((column) => column >= 0),
    ).toEqual([40]);
    expect(counted[40]).toBe(96);
  });
});
