import { describe, expect, test } from 'vitest';
import type { BufferView, LoweredCall } from '../../src/backend/lowered-call.ts';
import { fusePointwise } from '../../src/backend/passes/fuse-pointwise.ts';
import {
  extentOf,
  isBufferView,
  isDense,
  isSingle,
  mayFail,
  overwritesOutputs,
  readsOf,
} from '../../src/backend/passes/memory-use.ts';
import type { DType } from '../../src/dtype.ts';
import { bufferOf } from './interpreter.ts';

const place = (shape: number[], strides: number[], offset = 0, dtype: DType = 'float64'): BufferView => ({
  storage: { handle: {} },
  dtype,
  shape,
  strides,
  offset,
});

test('the bytes of a place are those from its first to its last element', () => {
  expect(extentOf(place([4], [1]))).toEqual({ start: 0, end: 32 });
  expect(extentOf(place([4], [1], 2))).toEqual({ start: 16, end: 48 });
  expect(extentOf(place([4], [1], 2, 'float32'))).toEqual({ start: 8, end: 24 });
  expect(extentOf(place([2, 3], [10, 2]))).toEqual({ start: 0, end: 8 * 15 });
  expect(extentOf(place([2, 3], [10, -2], 4))).toEqual({ start: 0, end: 8 * 15 });
  expect(extentOf(place([2, 3], [-10, -2], 14))).toEqual({ start: 0, end: 8 * 15 });
  expect(extentOf(place([5], [0], 3))).toEqual({ start: 24, end: 32 });
  expect(extentOf(place([2, 0], [1, 1], 3))).toEqual({ start: 0, end: 0 });
  expect(extentOf(place([], [], 3))).toEqual({ start: 24, end: 32 });
});

test('dense and single', () => {
  const dense: [number[], number[]][] = [
    [
      [2, 3],
      [3, 1],
    ],
    [
      [2, 1, 3],
      [3, 99, 1],
    ],
    [[1], [7]],
    [[], []],
  ];
  for (const [shape, strides] of dense) expect(isDense({ shape, strides })).toBe(true);
  for (const strides of [
    [1, 2],
    [3, 2],
    [6, 1],
    [0, 1],
    [3, -1],
  ]) {
    expect(isDense({ shape: [2, 3], strides })).toBe(false);
  }
  expect(isSingle({ shape: [2, 1], strides: [0, 5] })).toBe(true);
  expect(isSingle({ shape: [2, 2], strides: [0, 1] })).toBe(false);
  expect([isBufferView(3), isBufferView(place([1], [1]))]).toEqual([false, true]);
});

describe('what calls do with their operands', () => {
  const call = (kind: string): LoweredCall =>
    ({ kind, outputs: [place([1], [1])], inputs: [place([1], [1]), 2], attributes: {} }) as never;

  test('some read what they write', () => {
    const reading = ['indexAdd', 'scatterAdd', 'sgdStep', 'adamStep', 'rmspropStep', 'adagradStep'];
    for (const kind of reading) {
      expect(overwritesOutputs(call(kind))).toBe(false);
      expect(readsOf(call(kind))).toHaveLength(2);
    }
    for (const kind of ['copy', 'matmul', 'softmax', 'gather', 'layerNormBackward', 'mse']) {
      expect(overwritesOutputs(call(kind))).toBe(true);
      expect(readsOf(call(kind))).toHaveLength(1);
    }
  });

  test('some may fail', () => {
    for (const kind of ['assertRange', 'indexSelect', 'indexAdd', 'gather', 'scatterAdd']) {
      expect(mayFail(call(kind))).toBe(true);
    }
    for (const kind of ['copy', 'binary', 'matmul', 'cumsum']) expect(mayFail(call(kind))).toBe(false);
  });
});

describe('fused calls', () => {
  const options = { accepts: () => true, outlives: () => false, maxCalls: 8, maxOperands: 64 };
  const [a, b, c] = [bufferOf(1), bufferOf(1), bufferOf(1)];
  const whole = (
    storage: BufferView['storage'],
    count: number,
    dtype: DType = 'float64',
    strides = [1],
  ): BufferView => ({
    storage,
    dtype,
    shape: [count],
    strides,
    offset: 0,
  });
  const unary = (out: BufferView, x: BufferView | number): LoweredCall => ({
    kind: 'unary',
    outputs: [out],
    inputs: [x],
    attributes: { op: 'neg', parameters: [] },
  });
  const kinds = (calls: readonly LoweredCall[], more: object = {}): string[] =>
    fusePointwise(calls, { ...options, ...more }).map((call) =>
      call.kind === 'fusedPointwise' ? `${call.calls.length}×${call.count}` : call.kind,
    );

  test('are of calls over as many elements', () => {
    expect(kinds([unary(whole(b, 4), whole(a, 4)), unary(whole(c, 4), whole(b, 4))])).toEqual(['2×4']);
    expect(kinds([unary(whole(b, 4), whole(a, 4)), unary(whole(c, 3), whole(b, 3))])).toEqual([
      'unary',
      'unary',
    ]);
    expect(kinds([unary(whole(b, 4), 1)])).toEqual(['unary']);
  });

  test('are of what the engine accepts', () => {
    const calls = [unary(whole(b, 4), whole(a, 4)), unary(whole(c, 4), whole(b, 4))];
    expect(kinds(calls, { accepts: () => false })).toEqual(['unary', 'unary']);
    expect(kinds(calls, { maxCalls: 1 })).toEqual(['unary', 'unary']);
    expect(kinds(calls, { maxOperands: 5 })).toEqual(['unary', 'unary']);
    expect(kinds(calls, { maxOperands: 6 })).toEqual(['2×4']);
  });

  test('are not of calls whose elements shift, or that read one element that they write', () => {
    const shifted = unary(whole(a, 4), { ...whole(a, 4), offset: 1 });
    expect(kinds([shifted, unary(whole(b, 4), whole(a, 4))])).toEqual(['unary', 'unary']);
    const single = unary(whole(a, 4), whole(a, 4, 'float64', [0]));
    expect(kinds([single, unary(whole(b, 4), whole(a, 4))])).toEqual(['unary', 'unary']);
    const retyped = [unary(whole(b, 4), whole(a, 4)), unary(whole(c, 4), whole(b, 4, 'float32'))];
    expect(kinds(retyped)).toEqual(['unary', 'unary']);
    const gaps = unary(whole(c, 4), whole(b, 4, 'float64', [2]));
    expect(kinds([unary(whole(b, 4), whole(a, 4)), gaps])).toEqual(['unary', 'unary']);
    const alone = [unary(whole(b, 4), whole(a, 4, 'float64', [0])), unary(whole(c, 4), whole(b, 4))];
    expect(kinds(alone)).toEqual(['2×4']);
  });
});
