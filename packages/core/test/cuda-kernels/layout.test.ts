import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countOf, type Layout, merged, parts } from '../../src/backend/cuda/plan/layout.ts';
import { Struct } from '../../src/backend/cuda/plan/struct.ts';

const LIMIT = 2 ** 31;

/** Elements from an operand's start to the last one of a layout. */
const lastOf = ({ shape, strides, offsets }: Layout, operand: number): number =>
  shape.reduce((at, size, d) => at + (size - 1) * strides[operand]![d]!, offsets[operand]!);

describe('tensors of more than 2^31 elements', () => {
  test.each<[string, Layout]>([
    ['contiguous', { shape: [5e9], strides: [[1], [1]], offsets: [0, 0] }],
    [
      'rows apart',
      {
        shape: [70_000, 65_536],
        strides: [
          [65_536, 1],
          [131_072, 1],
        ],
        offsets: [0, 0],
      },
    ],
    [
      'broadcast',
      {
        shape: [3, 2 ** 30],
        strides: [
          [2 ** 30, 1],
          [0, 1],
        ],
        offsets: [0, 0],
      },
    ],
    [
      'backwards',
      {
        shape: [3, 2 ** 30],
        strides: [
          [2 ** 30, 1],
          [-(2 ** 30), 1],
        ],
        offsets: [0, 2 ** 31],
      },
    ],
  ])('%s: each launch is small enough, and they cover all', (_, layout) => {
    const cut = parts(layout);
    expect(cut.length).toBeGreaterThan(1);
    expect(cut.reduce((sum, part) => sum + countOf(part), 0)).toBe(countOf(layout));
    let next = 0;
    for (const part of cut) {
      expect(countOf(part)).toBeLessThan(LIMIT);
      // The output is written in order, without gaps.
      expect(part.offsets[0]).toBe(next);
      next = lastOf(part, 0) + 1;
      const row = part.offsets[0]! / layout.strides[0]![0]!;
      expect(part.offsets[1]).toBe(layout.offsets[1]! + row * layout.strides[1]![0]!);
    }
    expect(lastOf(cut.at(-1)!, 1)).toBe(lastOf(layout, 1));
  });
});

test('more axes than a launch has are cut off the outermost ones', () => {
  const shape = [2, 3, 2, 3, 2, 3, 2, 3];
  const strides = shape.map((_, d) => 7 * shape.slice(d + 1).reduce((a, b) => a * b, 1));
  const cut = parts({ shape, strides: [strides, strides], offsets: [0, 0] });
  expect(cut.map(({ shape: each }) => each.length)).toEqual(cut.map(() => 6));
  expect(cut.map(({ offsets }) => offsets[1])).toEqual(cut.map((_, i) => i * 7 * 216));
});

test('neighbouring axes are walked as one only where every operand allows it', () => {
  const storage = {} as never;
  const place = (strides: readonly number[]) =>
    ({ storage, dtype: 'float32', shape: [4, 5], strides, offset: 0 }) as never;
  expect(merged([place([5, 1]), place([5, 1])]).shape).toEqual([20]);
  expect(merged([place([5, 1]), place([1, 4])]).shape).toEqual([4, 5]);
  expect(merged([place([5, 1]), place([0, 1])]).strides[1]).toEqual([0, 1]);
});

test('strides beyond 32 bits reach a kernel whole', () => {
  const struct = new Struct({ stride: 'int64' });
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), (stride) => {
      const bytes = struct.pack({ stride });
      expect(new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true)).toBe(BigInt(stride));
    }),
    { examples: [[2 ** 31], [2 ** 32], [-(2 ** 31) - 1], [-1]] },
  );
});
