import { describe, expect, test } from 'vitest';
import * as layouts from '../../src/backend/cuda/plan/layout.ts';
import { Flat, Matmul, Strided } from '../../src/backend/cuda/plan/parameters.ts';
import { type Launch, type PlanContext, plan, supported } from '../../src/backend/cuda/plan/plan.ts';
import type { Feature } from '../../src/backend/kernels.ts';
import type { BufferView, LoweredCall } from '../../src/backend/lowered-call.ts';
import { type DType, dtypes } from '../../src/dtype.ts';
import { contiguousStrides } from '../../src/shape.ts';

/** A GPU that exists only in numbers: memory begins at 4096, scratch at 2⁴⁰. */
function contextOf(taken: number[] = []): PlanContext {
  return {
    multiprocessors: 100,
    computeCapability: 80,
    float32Precision: 'highest',
    address: ({ offset, dtype }) => 4096n + BigInt(offset * dtypes[dtype].bytes),
    scratch: (byteLength) => {
      taken.push(byteLength);
      return 2n ** 40n;
    },
    errorCell: 64n,
    ordinal: 9,
  };
}

const view = (
  shape: readonly number[],
  {
    dtype = 'float32',
    strides = contiguousStrides(shape),
    offset = 0,
  }: { dtype?: DType; strides?: readonly number[]; offset?: number } = {},
): BufferView => ({ storage: { handle: undefined }, dtype, shape, strides, offset });

const relu = (out: BufferView, x: BufferView | number): LoweredCall => ({
  kind: 'unary',
  outputs: [out],
  inputs: [x],
  attributes: { op: 'relu', parameters: [] },
});

const planned = (call: LoweredCall, taken?: number[]): Launch[] => plan(call, contextOf(taken));
const entries = (launches: readonly Launch[]): string[] => launches.map(({ entry }) => entry);

function field(
  launch: Launch,
  struct: { offsets: { readonly [name: string]: number } },
  name: string,
): number {
  const { buffer, byteOffset } = launch.parameters;
  return new DataView(buffer, byteOffset).getInt32(struct.offsets[name]!, true);
}

describe('element-wise calls', () => {
  test('four elements a thread where all is contiguous', () => {
    const [launch, ...rest] = planned(relu(view([30, 100]), view([30, 100])));
    expect(rest).toEqual([]);
    expect(launch).toMatchObject({
      module: 'pointwise',
      entry: 'unary_relu_f32',
      grid: [3, 1, 1],
      block: [256, 1, 1],
    });
    expect(field(launch!, Flat, 'count')).toBe(3000);
    expect(field(launch!, Flat, 'aligned')).toBe(1);
  });

  test('one by one from an address that is no multiple of 16', () => {
    const [launch] = planned(relu(view([3000]), view([3000], { offset: 1 })));
    expect(launch!.entry).toBe('unary_relu_f32');
    expect(field(launch!, Flat, 'aligned')).toBe(0);
  });

  test('axes that walk as one are merged, also in an order of their own', () => {
    const turned = { strides: [1, 30] };
    expect(entries(planned(relu(view([30, 100], turned), view([30, 100], turned))))).toEqual([
      'unary_relu_f32',
    ]);
    const [launch] = planned(relu(view([30, 100]), view([30, 100], turned)));
    expect(launch!.entry).toBe('unary_f32');
    expect(field(launch!, Strided, 'rank')).toBe(2);
  });

  test('nothing for no elements', () => {
    expect(planned(relu(view([0, 3]), view([0, 3])))).toEqual([]);
  });

  test('several launches for more axes, and for more elements, than one takes', () => {
    const shape = [2, 2, 2, 2, 2, 2, 3];
    const apart = view(shape, { strides: [2, 4, 8, 16, 32, 64, 128].map((s) => s * 3) });
    expect(planned(relu(view(shape), apart))).toHaveLength(2);
    const huge = view([3, 2 ** 30]);
    const launches = planned(relu(huge, view([3, 2 ** 30], { strides: [0, 1] })));
    const total = launches.reduce((sum, launch) => sum + field(launch, Strided, 'count'), 0);
    expect(total).toBe(3 * 2 ** 30);
    for (const launch of launches) expect(field(launch, Strided, 'count')).toBeGreaterThan(0);
  });

  test('multiplication divides every index by every size', () => {
    for (const size of [2, 3, 7, 10, 641, 1000, 65_537, 2 ** 20, 2 ** 30 + 1, 2 ** 31 - 1]) {
      const { multiplier, shift } = layouts.divisor(size);
      expect(multiplier).toBeLessThan(2 ** 32);
      for (const n of [0, 1, size - 1, size, size + 1, 12_345_678, 2 ** 31 - 1].filter((n) => n < 2 ** 31)) {
        const quotient = ((BigInt(n) * BigInt(multiplier)) >> 32n) >> BigInt(shift);
        expect(Number(quotient), `${n} / ${size}`).toBe(Math.floor(n / size));
      }
    }
  });
});

describe('reductions', () => {
  const sum = (outer: number, length: number, inner: number): LoweredCall => ({
    kind: 'reduce',
    outputs: [view([outer, inner])],
    inputs: [view([outer, length, inner])],
    attributes: { op: 'sum', outer, length, inner },
  });

  test('a launch for short lines, two for a long one', () => {
    expect(entries(planned(sum(1, 256, 256)))).toEqual(['reduce_sum_f32']);
    expect(entries(planned(sum(4000, 1000, 1)))).toEqual(['reduce_sum_f32']);
    const taken: number[] = [];
    const launches = planned(sum(1, 2 ** 24, 1), taken);
    expect(entries(launches)).toEqual(['reduce_sum_f32_f64', 'reduce_sum_f64_f32']);
    expect(launches[0]!.grid[1]).toBe(200);
    expect(taken).toEqual([200 * 8]);
  });
});

test('more matrices than a grid takes are multiplied in several launches', () => {
  const batch = 70_000;
  const launches = planned({
    kind: 'matmul',
    outputs: [view([batch, 4, 4])],
    inputs: [view([batch, 4, 4]), view([batch, 4, 4])],
    attributes: { batch, m: 4, n: 4, k: 4, transposeA: false, transposeB: false },
  });
  expect(launches.map(({ grid }) => grid[2])).toEqual([65_535, batch - 65_535]);
});

test('a long index is sorted before additions, in runs that are merged', () => {
  const count = 5000;
  const launches = planned({
    kind: 'indexAdd',
    outputs: [view([1, 10, 1])],
    inputs: [view([1, count, 1]), view([count], { dtype: 'int32' })],
    attributes: { outer: 1, length: 10, inner: 1, count, name: 'indexAdd' },
  });
  expect(entries(launches)).toEqual([
    'argsort_run_i32',
    'argsort_merge_i32',
    'argsort_merge_i32',
    'argsort_merge_i32',
    'addSorted_f32',
  ]);
});

test('every kind has kernels', () => {
  const some: readonly Feature[] = ['copy', 'matmul', 'linear', 'softmax', 'adamStep', 'assertRange'];
  expect(some.filter((feature) => !supported(feature))).toEqual([]);
});

describe('beyond 31 bits', () => {
  const int64 = ({ parameters: { buffer, byteOffset } }: Launch, name: 'out' | 'a' | 'b'): bigint =>
    new DataView(buffer, byteOffset).getBigUint64(Matmul.offsets[name]!, true);

  test('later batches begin where the strides of each operand say', () => {
    const batch = 65_535 + 3;
    const [m, n, k] = [3, 5, 7] as const;
    const launches = planned({
      kind: 'matmul',
      outputs: [view([batch, m, n])],
      inputs: [
        view([batch, m, k], { strides: [100, k, 1], offset: 2 }),
        view([batch, k, n], { strides: [0, n, 1], offset: 5 }),
      ],
      attributes: { batch, m, n, k, transposeA: false, transposeB: false },
    });
    expect(launches).toHaveLength(2);
    const [first, second] = launches as [Launch, Launch];
    expect(int64(second, 'out') - int64(first, 'out')).toBe(BigInt(65_535 * m * n * 4));
    expect(int64(second, 'a') - int64(first, 'a')).toBe(BigInt(65_535 * 100 * 4));
    expect(int64(second, 'b')).toBe(int64(first, 'b'));
    expect(int64(first, 'a')).toBe(4096n + 8n);
    expect(field(first, Matmul, 'strideA')).toBe(100);
    expect(field(first, Matmul, 'strideB')).toBe(0);
  });

  test('parts of a large tensor cover each element once, at its own place', () => {
    for (const shape of [[5, 2 ** 30], [3, 7, 2 ** 29], [2 ** 32], [2 ** 33 + 12_345]]) {
      const out = view(shape);
      const strides = contiguousStrides(shape);
      const cut = layouts.parts({ shape, strides: [strides, shape.map(() => 0)], offsets: [0, 0] });
      let next = 0;
      for (const part of cut) {
        expect(layouts.countOf(part)).toBeLessThan(2 ** 31);
        expect(part.offsets).toEqual([next, 0]);
        next += layouts.countOf(part);
      }
      expect(next).toBe(shape.reduce((a, b) => a * b, 1));
      expect(out.shape).toEqual(shape);
    }
  });
});
