import { isContiguous, numel } from '../../../shape.ts';
import type { BufferView } from '../../lowered-call.ts';
import { MAX_RANK } from './parameters.ts';

/** Operands walked together, the output first: numbers have strides of 0. */
export interface Layout {
  readonly shape: readonly number[];
  /** Of each operand. */
  readonly strides: readonly (readonly number[])[];
  /** Elements from each operand's start to the first one here. */
  readonly offsets: readonly number[];
}

/** Elements of one launch: what indices of 31 bits reach. */
const MAX_ELEMENTS = 2 ** 31 - 1024;

const NONE = [0];
const ONE = [1];

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Axes of size 1 dropped, those with the output's longest strides first, neighbors that all operands walk as one merged. */
export function merged(operands: readonly (BufferView | number)[]): Layout {
  const out = operands[0] as BufferView;
  if (operands.every((x) => typeof x === 'number' || isContiguous(x.shape, x.strides))) {
    return {
      shape: [numel(out.shape)],
      strides: operands.map((x) => (typeof x === 'number' ? NONE : ONE)),
      offsets: operands.map(() => 0),
    };
  }
  const order: number[] = [];
  for (let d = 0; d < out.shape.length; d++) {
    if (out.shape[d] === 1) continue;
    let place = order.length;
    while (place > 0 && Math.abs(out.strides[order[place - 1]!]!) < Math.abs(out.strides[d]!)) place--;
    order.splice(place, 0, d);
  }
  const shape: number[] = [];
  const strides: number[][] = operands.map(() => []);
  for (const d of order) {
    const size = out.shape[d]!;
    const last = shape.length - 1;
    const continues =
      last >= 0 &&
      operands.every((x, i) => strides[i]![last] === (typeof x === 'number' ? 0 : x.strides[d]! * size));
    const target = continues ? last : last + 1;
    shape[target] = continues ? shape[last]! * size : size;
    for (let i = 0; i < operands.length; i++) {
      const x = operands[i]!;
      strides[i]![target] = typeof x === 'number' ? 0 : x.strides[d]!;
    }
  }
  return { shape, strides, offsets: operands.map(() => 0) };
}

/** The layout cut along its outermost axis into parts that one launch can walk. */
export function parts(layout: Layout): Layout[] {
  const { shape, strides, offsets } = layout;
  const count = product(shape);
  if (count <= MAX_ELEMENTS && shape.length <= MAX_RANK) return [layout];
  const [size] = shape as [number];
  const from = (start: number): number[] => offsets.map((offset, i) => offset + start * strides[i]![0]!);
  const rows = shape.length > MAX_RANK ? 0 : Math.floor(MAX_ELEMENTS / (count / size));
  const result: Layout[] = [];
  for (let start = 0; start < size; start += Math.max(rows, 1)) {
    const part =
      rows === 0
        ? { shape: shape.slice(1), strides: strides.map((s) => s.slice(1)) }
        : { shape: [Math.min(rows, size - start), ...shape.slice(1)], strides };
    result.push(...parts({ ...part, offsets: from(start) }));
  }
  return result;
}

export const countOf = (layout: Layout): number => product(layout.shape);

/**
 * What divides n < 2³¹ by a size as (n · multiplier) >> 32 >> shift: the multiplier is 2^p / size rounded up, with p = 31 + ⌈log₂ size⌉.
 * Sizes are greater than 1.
 *
 * Source: T. Granlund and P. L. Montgomery, Division by invariant integers using multiplication, 1994
 */
export function divisor(size: number): { multiplier: number; shift: number } {
  const power = 31 + Math.ceil(Math.log2(size));
  const multiplier = Number((2n ** BigInt(power) + BigInt(size) - 1n) / BigInt(size));
  return { multiplier, shift: power - 32 };
}
