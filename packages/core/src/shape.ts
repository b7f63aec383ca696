import { describe } from './arguments.ts';
import { formatShape, ShapeError } from './errors.ts';
import { misplacedOptions } from './options.ts';

export type Shape = readonly number[];

/** Number of elements: the product of the sizes, 1 for a scalar. */
export function numel(shape: Shape): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** Strides, in elements, of a row-major (C order) layout. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = stride;
    stride *= Math.max(shape[d]!, 1);
  }
  return strides;
}

/** Whether strides describe a row-major layout without gaps; axes of size 1 may have any stride. */
export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  let expected = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d]!;
    if (size === 0) return true;
    if (size !== 1) {
      if (strides[d] !== expected) return false;
      expected *= size;
    }
  }
  return true;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, d) => size === b[d]);
}

/** The shape that two shapes broadcast to: aligned at the last axis, sizes equal or 1. Throws {@link ShapeError}. */
export function broadcastShapes(op: string, a: Shape, b: Shape): number[] {
  const ndim = Math.max(a.length, b.length);
  const shape = new Array<number>(ndim);
  for (let d = 1; d <= ndim; d++) {
    const x = a[a.length - d] ?? 1;
    const y = b[b.length - d] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(
        `${op}: expected shapes that broadcast, got ${formatShape(a)} and ${formatShape(b)}`,
      );
    }
    shape[ndim - d] = x === 1 ? y : x;
  }
  return shape;
}

/** Whether a shape reads as the larger one: its sizes, counted from the last axis, are the same or 1. */
export const broadcasts = (shape: Shape, larger: Shape): boolean =>
  shape.length <= larger.length &&
  shape.every((size, d) => size === 1 || size === larger[d + larger.length - shape.length]);

/** Strides that read a view of `shape` as if it had the larger shape `target`: stride 0 on expanded axes. */
export function broadcastStrides(shape: Shape, strides: readonly number[], target: Shape): number[] {
  const added = target.length - shape.length;
  return target.map((size, d) => {
    if (d < added) return 0;
    return shape[d - added] === 1 && size !== 1 ? 0 : strides[d - added]!;
  });
}

/** Resolves an axis that may count from the end; a scalar has the axes 0 and -1, as in PyTorch. */
export function normalizeDim(op: string, dim: number, ndim: number): number {
  const limit = Math.max(ndim, 1);
  if (!Number.isInteger(dim) || dim < -limit || dim >= limit) {
    if (typeof dim === 'object' && dim !== null) throw misplacedOptions(op, 'dim', 'a number', dim);
    throw new ShapeError(`${op}: expected a dim in [${-limit}, ${limit - 1}], got ${describe(dim)}`);
  }
  return dim < 0 ? dim + limit : dim;
}

/** Resolves a list of axes (all axes when left out), in ascending order; a repeated axis is an error. */
export function normalizeDims(
  op: string,
  dims: number | readonly number[] | undefined,
  ndim: number,
): number[] {
  if (dims === undefined) return Array.from({ length: ndim }, (_, d) => d);
  if (typeof dims === 'object' && dims !== null && !Array.isArray(dims)) {
    throw misplacedOptions(op, 'dim', 'a number or an array of numbers', dims);
  }
  if (!Array.isArray(dims)) return normalizeDims(op, [dims as number], ndim);
  if (dims.length === 0) return Array.from({ length: ndim }, (_, d) => d);
  const axes = dims.map((d) => normalizeDim(op, d, ndim)).sort((a, b) => a - b);
  const repeated = axes.find((d, i) => axes[i + 1] === d);
  if (repeated !== undefined) {
    throw new ShapeError(`${op}: expected each dim once, got dim ${repeated} twice in ${formatShape(dims)}`);
  }
  return ndim === 0 ? [] : axes;
}

/** The shape after reducing `axes`; kept axes have size 1. */
export function reducedShape(shape: Shape, axes: readonly number[], keepdim: boolean): number[] {
  if (keepdim) return shape.map((size, d) => (axes.includes(d) ? 1 : size));
  return shape.filter((_, d) => !axes.includes(d));
}

/** Resolves one `-1` in a requested shape and checks the element count. */
export function inferShape(op: string, requested: Shape, count: number): number[] {
  let known = 1;
  let unknown = -1;
  requested.forEach((size, d) => {
    if (size === -1) {
      if (unknown >= 0) throw new ShapeError(`${op}: expected at most one -1, got ${formatShape(requested)}`);
      unknown = d;
    } else if (!Number.isSafeInteger(size) || size < 0) {
      throw new ShapeError(`${op}: expected sizes of at least 0, got ${describe(requested)}`);
    } else {
      known *= size;
    }
  });
  const shape = [...requested];
  if (unknown >= 0) {
    if (known === 0)
      throw new ShapeError(`${op}: expected a shape that determines -1, got ${formatShape(requested)}`);
    shape[unknown] = count / known;
  }
  if (unknown >= 0 ? !Number.isInteger(shape[unknown]) : known !== count) {
    throw new ShapeError(`${op}: expected a shape of ${count} elements, got ${formatShape(requested)}`);
  }
  return shape;
}

/**
 * Strides under which the same memory reads as `target`, or undefined when only a copy can.
 * Runs of axes that lie contiguously in memory may be split and merged; others must stay as they are.
 */
export function viewStrides(shape: Shape, strides: readonly number[], target: Shape): number[] | undefined {
  if (numel(shape) === 0 || shape.length === 0) return contiguousStrides(target);
  const result = new Array<number>(target.length);
  let t = target.length - 1;
  let runSize = 1;
  let runStride = strides[strides.length - 1]!;
  for (let d = shape.length - 1; d >= 0; d--) {
    runSize *= shape[d]!;
    const runContinues = d > 0 && (shape[d - 1] === 1 || strides[d - 1] === runSize * runStride);
    if (runContinues) continue;
    let filled = 1;
    while (t >= 0 && (filled < runSize || target[t] === 1)) {
      result[t] = filled * runStride;
      filled *= target[t]!;
      t--;
    }
    if (filled !== runSize) return undefined;
    runSize = 1;
    runStride = d > 0 ? strides[d - 1]! : 1;
  }
  return t === -1 ? result : undefined;
}
