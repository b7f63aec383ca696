import { expect } from 'vitest';
import type { View } from '../../src/backend/backend.ts';
import type { FusedKind, KernelAttributes, KernelCall } from '../../src/backend/kernels.ts';
import { type DType, dtypes, type TypedArray } from '../../src/dtype.ts';
import { contiguousStrides, numel } from '../../src/shape.ts';
import { differs } from '../random-calls/compare.ts';
import { memoryOf, place } from '../random-calls/operand.ts';
import { cuda } from './engine.ts';

type Float = 'float32' | 'float64';

export const arrayOf = (dtype: DType, values: readonly number[]): TypedArray => {
  const array = dtypes[dtype].array(new ArrayBuffer(values.length * dtypes[dtype].bytes), 0, values.length);
  array.set(values);
  return array;
};

/** A contiguous operand with these elements. */
export function operand(dtype: DType, shape: readonly number[], values: readonly number[]): View {
  const memory = arrayOf(dtype, values);
  return place({ dtype, shape, strides: contiguousStrides(shape), offset: 0, memory }, cuda!);
}

/** The same numbers each time, in (−2, 2), as the dtype holds them. */
export function numbers(dtype: Float, count: number, seed: number): number[] {
  let state = seed >>> 0;
  const list = Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 4;
  });
  return Array.from(arrayOf(dtype, list));
}

export function execute<K extends FusedKind>(
  kind: K,
  outputs: readonly View[],
  inputs: readonly View[],
  attributes: KernelAttributes[K],
): number[][] {
  cuda!.execute({ kind, outputs, inputs, attributes } as unknown as KernelCall);
  return outputs.map((view) => Array.from(memoryOf(view)));
}

/** Expects floats within some units of the last place, and an error relative to `scale` for what cancels. */
export function expectClose(
  got: readonly number[],
  wanted: readonly number[],
  dtype: Float,
  scale = 8,
): void {
  expect(got.length).toBe(wanted.length);
  const at = got.findIndex((value, i) => differs(value, wanted[i]!, dtype, { ulps: 8, scale }));
  if (at >= 0) expect.fail(`element ${at}: expected ${wanted[at]}, got ${got[at]}`);
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

export const blank = (dtype: DType, shape: readonly number[]): View =>
  operand(dtype, shape, new Array<number>(numel(shape)).fill(Number.NaN));
