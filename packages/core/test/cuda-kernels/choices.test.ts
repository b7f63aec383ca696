import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { divisor } from '../../src/backend/cuda/plan/layout.ts';
import { RangeCheck, Strided } from '../../src/backend/cuda/plan/parameters.ts';
import { type Launch, plan } from '../../src/backend/cuda/plan/plan.ts';
import { binaryOps, predicates, unaryOps } from '../../src/backend/kernels/op-lists.ts';
import type { BufferView, LoweredCall } from '../../src/backend/lowered-call.ts';
import { type DType, dtypes } from '../../src/dtype.ts';
import { contiguousStrides, numel } from '../../src/shape.ts';

/** Launches on a GPU that exists only in numbers: memory begins at 4096, scratch at 2⁴⁰. */
function planned(call: LoweredCall, taken: number[] = []): Launch[] {
  return plan(call, {
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
  });
}

const entries = (call: LoweredCall): string[] => planned(call).map(({ entry }) => entry);

const view = (
  shape: readonly number[],
  dtype: DType = 'float32',
  change: Partial<BufferView> = {},
): BufferView => ({
  storage: { handle: undefined },
  dtype,
  shape,
  strides: contiguousStrides(shape),
  offset: 0,
  ...change,
});
const v = (dtype: DType): BufferView => view([8], dtype);

describe('which kernel computes a function of elements', () => {
  const unary = (op: string, out: DType, x: DType): string[] =>
    entries({
      kind: 'unary',
      outputs: [v(out)],
      inputs: [v(x)],
      attributes: { op, parameters: [] },
    } as never);

  test('of one operand', () => {
    expect(unary('exp', 'float32', 'float32')).toEqual(['unary_exp_f32']);
    expect(unary('sin', 'float32', 'float32')).toEqual(['unary_f32']);
    expect(unary('exp', 'float64', 'float64')).toEqual(['unary_any']);
    expect(unary('neg', 'int32', 'int32')).toEqual(['unary_any']);
    expect(unary('logicalNot', 'bool', 'float32')).toEqual(['unary_f32']);
    expect(unary('logicalNot', 'bool', 'float64')).toEqual(['unary_any']);
    expect(unary('logicalNot', 'float32', 'float32')).toEqual(['unary_any']);
  });

  const binary = (op: string, out: DType, a: DType | number, b: DType | number): string[] =>
    entries({
      kind: 'binary',
      outputs: [v(out)],
      inputs: [a, b].map((x) => (typeof x === 'number' ? x : v(x))),
      attributes: { op },
    } as never);

  test('of two floats', () => {
    expect(binary('add', 'float32', 'float32', 'float32')).toEqual(['binary_add_f32']);
    expect(binary('add', 'float32', 'float32', 2)).toEqual(['binary_add_f32']);
    expect(binary('pow', 'float32', 'float32', 'float32')).toEqual(['binary_f32']);
    expect(binary('lt', 'bool', 'float32', 'float32')).toEqual(['binary_lt_f32']);
    expect(binary('lt', 'float32', 'float32', 'float32')).toEqual(['binary_any']);
    expect(binary('add', 'bool', 'float32', 'float32')).toEqual(['binary_any']);
    expect(binary('add', 'float64', 'float64', 'float64')).toEqual(['binary_any']);
    expect(binary('add', 'float64', 'float32', 'float64')).toEqual(['binary_any']);
    expect(binary('add', 'float32', 1, 2)).toEqual(['binary_any']);
  });

  test('of contiguous floats, the one of its own that the PTX has', () => {
    const ptx = readFileSync(new URL('../../cuda/ptx/pointwise.ptx', import.meta.url), 'utf8');
    const ownIn = (kind: string): string[] =>
      [...ptx.matchAll(/^\.visible \.entry (\w+_\w+_f32)\(/gm)]
        .map(([, name]) => name!)
        .filter((name) => name.startsWith(`${kind}_`))
        .sort();
    const own = (chosen: readonly string[]): string[] =>
      chosen.filter((name) => /_\w+_f32$/.test(name)).sort();
    expect(own(unaryOps.flatMap((op) => unary(op, 'float32', 'float32')))).toEqual(ownIn('unary'));
    expect(
      own(
        binaryOps.flatMap((op) => binary(op, predicates.has(op) ? 'bool' : 'float32', 'float32', 'float32')),
      ),
    ).toEqual(ownIn('binary'));
  });

  test('of integers, in 32 bits where that means the same', () => {
    expect(binary('add', 'int32', 'int32', 'int32')).toEqual(['binary_integer']);
    for (const x of [0, -(2 ** 31), 2 ** 31 - 1]) {
      expect(binary('maximum', 'int32', 'int32', x)).toEqual(['binary_integer']);
    }
    for (const x of [0.5, -(2 ** 31) - 1, 2 ** 31, Number.NaN]) {
      expect(binary('maximum', 'int32', 'int32', x)).toEqual(['binary_any']);
      expect(binary('mul', 'int32', 'int32', x)).toEqual(['binary_integer']);
    }
    expect(binary('add', 'float32', 'int32', 'int32')).toEqual(['binary_any']);
    expect(binary('add', 'float32', 'int32', 'float32')).toEqual(['binary_any']);
    expect(binary('pow', 'uint8', 'uint8', 'uint8')).toEqual(['binary_integer']);
    expect(binary('logicalAnd', 'bool', 'bool', 'bool')).toEqual(['binary_integer']);
  });

  test('of a choice', () => {
    const where = (out: DType, condition: DType | number, a: DType | number, b: DType | number): string[] =>
      entries({
        kind: 'where',
        outputs: [v(out)],
        inputs: [condition, a, b].map((x) => (typeof x === 'number' ? x : v(x))),
        attributes: {},
      } as never);
    expect(where('float32', 'bool', 'float32', 'float32')).toEqual(['where_f32']);
    expect(where('float32', 'bool', 'float32', 3)).toEqual(['where_f32']);
    expect(where('float64', 'uint8', 'float64', 'float64')).toEqual(['where_8']);
    expect(where('uint8', 'bool', 'uint8', 'uint8')).toEqual(['where_1']);
    expect(where('float32', 'float32', 'float32', 'float32')).toEqual(['where_any']);
    expect(where('float32', 1, 'float32', 'float32')).toEqual(['where_any']);
    expect(where('float32', 'bool', 'int32', 'float32')).toEqual(['where_any']);
  });

  test('of a gradient', () => {
    const backward = (...of: readonly DType[]): string[] =>
      entries({
        kind: 'activationBackward',
        outputs: [v(of[0]!)],
        inputs: [v(of[1]!), v(of[2]!)],
        attributes: { op: 'relu', parameters: [] },
      } as never);
    expect(backward('float32', 'float32', 'float32')).toEqual(['activationBackward_f32']);
    expect(backward('float64', 'float64', 'float64')).toEqual(['activationBackward_any']);
    expect(backward('float32', 'float32', 'float64')).toEqual(['activationBackward_any']);
  });
});

describe('which kernel copies', () => {
  const copy = (out: BufferView, x: BufferView | number): string[] =>
    entries({ kind: 'copy', outputs: [out], inputs: [x], attributes: {} });

  test('bytes as they lie, whole elements, or converted', () => {
    expect(copy(v('float32'), v('float32'))).toEqual(['copy_flat']);
    expect(copy(v('float64'), 3)).toEqual(['copy_flat']);
    expect(copy(v('float32'), v('int32'))).toEqual(['convert']);
    expect(copy(v('uint8'), v('bool'))).toEqual(['convert']);
    for (const [dtype, bytes] of [
      ['float32', 4],
      ['float64', 8],
      ['uint8', 1],
    ] as const) {
      expect(copy(v(dtype), view([8], dtype, { offset: 1 }))).toEqual([`copy_${bytes}`]);
      expect(copy(view([8], dtype, { offset: 1 }), v(dtype))).toEqual([`copy_${bytes}`]);
      expect(copy(v(dtype), view([8], dtype, { strides: [2] }))).toEqual([`copy_${bytes}`]);
      expect(copy(v(dtype), view([8], dtype, { strides: [0] }))).toEqual([`copy_${bytes}`]);
      expect(copy(view([8], dtype, { strides: [2] }), 1)).toEqual([`copy_${bytes}`]);
    }
    expect(copy(view([0], 'float32'), 1)).toEqual([]);
  });

  test('numbers become what they are in the dtype', () => {
    const word = (dtype: DType, value: number): bigint => {
      const [launch] = planned({
        kind: 'copy',
        outputs: [view([3], dtype, { strides: [2] })],
        inputs: [value],
        attributes: {},
      });
      expect(launch!.entry).toBe(`copy_${dtypes[dtype].bytes}`);
      const { buffer, byteOffset, byteLength } = launch!.parameters;
      const view_ = new DataView(buffer, byteOffset, byteLength);
      const words = new Set<bigint>();
      for (let at = 0; at + 8 <= byteLength; at += 8) words.add(view_.getBigUint64(at, true));
      const bits = (x: number): bigint => {
        const memory = new DataView(new ArrayBuffer(8));
        if (dtype === 'float32') memory.setFloat32(0, x, true);
        else if (dtype === 'float64') memory.setFloat64(0, x, true);
        else if (dtype === 'int32') memory.setInt32(0, x, true);
        else memory.setUint8(0, x);
        return memory.getBigUint64(0, true);
      };
      const expected = bits(dtype === 'bool' ? Number(value !== 0) : value);
      expect(words.has(expected), `${dtype} ${value}`).toBe(true);
      return expected;
    };
    expect(word('float32', 1.5)).toBe(0x3fc00000n);
    expect(word('bool', 7)).toBe(1n);
    for (const dtype of ['float64', 'int32', 'uint8'] as const) word(dtype, 5);
  });
});

describe('checks of ranges', () => {
  const check = (count: number) => {
    const taken: number[] = [];
    const launches = planned(
      {
        kind: 'assertRange',
        outputs: [],
        inputs: [view([count], 'int32')],
        attributes: { low: -3, high: 7, except: Number.NaN, expected: '', rest: '' },
      },
      taken,
    );
    return { launches: launches.map(({ entry, grid }) => [entry, grid[0]]), taken };
  };

  test('take one block for few elements, and put those of several together', () => {
    expect(check(0)).toEqual({ launches: [], taken: [] });
    for (const count of [1, 4096])
      expect(check(count)).toEqual({ launches: [['assertRange_i32', 1]], taken: [] });
    expect(check(4097)).toEqual({
      launches: [
        ['assertRange_i32', 2],
        ['assertRange_first_i32', 1],
      ],
      taken: [16],
    });
    expect(check(1e9)).toEqual({
      launches: [
        ['assertRange_i32', 400],
        ['assertRange_first_i32', 1],
      ],
      taken: [3200],
    });
    expect(RangeCheck.offsets.low).toBeGreaterThan(0);
  });
});

describe('running sums', () => {
  const cumsum = (outer: number, length: number, inner: number) =>
    planned({
      kind: 'cumsum',
      outputs: [view([outer, length, inner])],
      inputs: [view([outer, length, inner])],
      attributes: { outer, length, inner },
    }).map(({ entry, grid }) => [entry, grid[0]]);

  test('take a thread a line where lines are short or many, else a block', () => {
    expect(cumsum(10, 64, 3)).toEqual([['cumsum_lines_f32', 1]]);
    expect(cumsum(10, 65, 3)).toEqual([['cumsum_block_f32', 30]]);
    expect(cumsum(100, 1000, 255)).toEqual([['cumsum_block_f32', 25_500]]);
    expect(cumsum(100, 1000, 256)).toEqual([['cumsum_lines_f32', 100]]);
    expect([cumsum(0, 5, 1), cumsum(1, 0, 1), cumsum(1, 5, 0)]).toEqual([[], [], []]);
  });
});

describe('reductions of a long axis', () => {
  const reduce = (op: string, dtype: DType, length = 2 ** 24) => {
    const taken: number[] = [];
    const out: DType = op === 'any' || op === 'all' ? 'bool' : dtype;
    const launches = planned(
      {
        kind: 'reduce',
        outputs: [view([1], out)],
        inputs: [view([length], dtype)],
        attributes: { op, outer: 1, length, inner: 1 },
      } as never,
      taken,
    );
    return { entries: launches.map(({ entry }) => entry), splits: launches[0]?.grid[1], taken };
  };

  test('keep parts of sums of float32 in float64, and others as they are', () => {
    expect(reduce('sum', 'float32')).toEqual({
      entries: ['reduce_sum_f32_f64', 'reduce_sum_f64_f32'],
      splits: 200,
      taken: [1600],
    });
    expect(reduce('prod', 'float32').entries).toEqual(['reduce_prod_f32_f64', 'reduce_prod_f64_f32']);
    expect(reduce('max', 'float32')).toMatchObject({
      entries: ['reduce_max_f32', 'reduce_max_f32'],
      taken: [800],
    });
    expect(reduce('sum', 'float64')).toMatchObject({
      entries: ['reduce_sum_f64', 'reduce_sum_f64'],
      taken: [1600],
    });
    expect(reduce('sum', 'int32')).toMatchObject({
      entries: ['reduce_sum_i32', 'reduce_sum_i32'],
      taken: [800],
    });
    expect(reduce('any', 'float32')).toMatchObject({
      entries: ['reduce_any_f32', 'reduce_any_u8'],
      taken: [200],
    });
    expect(reduce('all', 'float64')).toMatchObject({
      entries: ['reduce_all_f64', 'reduce_all_u8'],
      taken: [200],
    });
    expect(reduce('sum', 'float32', 1000).entries).toEqual(['reduce_sum_f32']);
  });

  test('of positions, too', () => {
    const argmax = (length: number): string[] =>
      entries({
        kind: 'argReduce',
        outputs: [view([1], 'int32')],
        inputs: [view([length])],
        attributes: { op: 'max', outer: 1, length, inner: 1 },
      });
    expect(argmax(1000)).toEqual(['argReduce_max_f32']);
    expect(argmax(2 ** 24)).toEqual(['argReduce_max_f32', 'argReduce_max_f32']);
  });
});

test('what replaces a division is the smallest that does', () => {
  for (const size of [2, 3, 5, 7, 641, 1024, 65_537, 2 ** 30 + 1, 2 ** 31 - 1]) {
    const { multiplier, shift } = divisor(size);
    const power = BigInt(shift + 32);
    const exact = 2n ** power;
    // Rounded up: size · multiplier is at least 2^p, and by less than size more.
    const over = BigInt(size) * BigInt(multiplier) - exact;
    expect(over >= 0n && over < BigInt(size), String(size)).toBe(true);
    expect(2n ** (power - 31n) >= BigInt(size) && 2n ** (power - 32n) < BigInt(size), String(size)).toBe(
      true,
    );
  }
});

test('axes go by the strides of the output, the longest first', () => {
  const strided = (out: number[], x: number[], shape = [2, 3, 4]) => {
    const [launch] = planned({
      kind: 'unary',
      outputs: [view(shape, 'float32', { strides: out })],
      inputs: [view(shape, 'float32', { strides: x })],
      attributes: { op: 'sin', parameters: [] },
    });
    const { buffer, byteOffset } = launch!.parameters;
    const at = new DataView(buffer, byteOffset);
    const rank = at.getInt32(Strided.offsets.rank!, true);
    const sizes = Array.from({ length: rank }, (_, i) => at.getUint32(Strided.offsets.sizes! + 4 * i, true));
    return { sizes, count: at.getInt32(Strided.offsets.count!, true) };
  };
  expect(strided([12, 4, 1], [1, 2, 6])).toEqual({ sizes: [2, 3, 4], count: 24 });
  expect(strided([1, 2, 6], [12, 4, 1])).toEqual({ sizes: [4, 3, 2], count: 24 });
  expect(strided([12, 4, 1], [24, 8, 2])).toEqual({ sizes: [24], count: 24 });
  expect(strided([12, 4, 1], [0, 4, 1])).toEqual({ sizes: [2, 12], count: 24 });
  expect(strided([12, -4, 1], [12, 4, 1])).toEqual({ sizes: [2, 3, 4], count: 24 });
  expect(strided([4, 9, 1], [1, 7, 2], [2, 1, 4])).toEqual({ sizes: [2, 4], count: 8 });
  expect(numel([2, 3, 4])).toBe(24);
});
