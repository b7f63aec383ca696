import type { TypedArray } from '../../dtype.ts';
import type { View } from '../backend.ts';
import type { AxisLayout, KernelCallOf, ReduceOp } from '../kernels.ts';
import { contiguousElements } from './elements.ts';

interface Fold {
  readonly start: number;
  readonly step: (total: number, x: number) => number;
}

const folds: { readonly [O in ReduceOp]: Fold } = {
  sum: { start: 0, step: (total, x) => total + x },
  prod: { start: 1, step: (total, x) => total * x },
  max: { start: Number.NEGATIVE_INFINITY, step: Math.max },
  min: { start: Number.POSITIVE_INFINITY, step: Math.min },
  any: { start: 0, step: (total, x) => (total !== 0 || x !== 0 ? 1 : 0) },
  all: { start: 1, step: (total, x) => (total !== 0 && x !== 0 ? 1 : 0) },
};

/** Sums and products are kept in float64, integers wrapped to 32 bits at each step. */
export function reduce({ outputs, inputs, attributes }: KernelCallOf<'reduce'>): void {
  const { op, outer, length, inner } = attributes;
  const { start, step } = folds[op];
  const input = inputs[0] as View;
  const x = contiguousElements(input);
  const y = contiguousElements(outputs[0]!);
  const combine = op === 'prod' && input.dtype === 'int32' ? Math.imul : step;
  const totals = new Float64Array(inner);
  for (let o = 0; o < outer; o++) {
    totals.fill(start);
    for (let l = 0, p = o * length * inner; l < length; l++) {
      for (let i = 0; i < inner; i++, p++) totals[i] = combine(totals[i]!, x[p]!);
    }
    for (let i = 0; i < inner; i++) y[o * inner + i] = totals[i]!;
  }
}

export function cumsum({ outputs, inputs, attributes }: KernelCallOf<'cumsum'>): void {
  const x = contiguousElements(inputs[0] as View);
  const y = contiguousElements(outputs[0]!);
  forEachLine(attributes, (start, step, length) => {
    let total = 0;
    for (let l = 0, p = start; l < length; l++, p += step) {
      total += x[p]!;
      y[p] = total;
    }
  });
}

/** Calls back with the first position and the stride of each line along the middle axis. */
function forEachLine(
  { outer, length, inner }: AxisLayout,
  visit: (start: number, step: number, length: number, line: number) => void,
): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) visit(o * length * inner + i, inner, length, o * inner + i);
  }
}

export function argReduce({ outputs, inputs, attributes }: KernelCallOf<'argReduce'>): void {
  const x = contiguousElements(inputs[0] as View);
  const y = contiguousElements(outputs[0]!);
  const better = attributes.op === 'max' ? (a: number, b: number) => a > b : (a: number, b: number) => a < b;
  forEachLine(attributes, (start, step, length, line) => {
    let best = 0;
    for (let l = 1; l < length; l++) {
      const value = x[start + l * step]!;
      const champion = x[start + best * step]!;
      if (Number.isNaN(champion)) break;
      if (better(value, champion) || Number.isNaN(value)) best = l;
    }
    y[line] = best;
  });
}

const ascending = (a: number, b: number): number => {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a < b ? -1 : a > b ? 1 : 0;
};

export function argsort({ outputs, inputs, attributes }: KernelCallOf<'argsort'>): void {
  const x: TypedArray = contiguousElements(inputs[0] as View);
  const y = contiguousElements(outputs[0]!);
  const sign = attributes.descending ? -1 : 1;
  forEachLine(attributes, (start, step, length) => {
    const order = Array.from({ length }, (_, l) => l);
    order.sort((a, b) => sign * ascending(x[start + a * step]!, x[start + b * step]!));
    order.forEach((position, l) => {
      y[start + l * step] = position;
    });
  });
}
