import type { View } from '../backend/backend.ts';
import type { AxisLayout, ReduceOp } from '../backend/kernels.ts';
import { type DType, isFloat } from '../dtype.ts';
import { formatShape, ShapeError } from '../errors.ts';
import { numel, reducedShape, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { checkInt32 } from './int32.ts';
import { allocate, contiguous, converted, copyInto, discard, launch } from './launch.ts';
import type { Op, Saved } from './op.ts';

export interface ReduceAttributes {
  /** Axes to reduce, ascending and not negative. */
  readonly axes: readonly number[];
  readonly keepdim: boolean;
}

export interface AxisAttributes {
  readonly axis: number;
}

/** The layout around one axis of a contiguous tensor; a scalar counts as one element long. */
export function axisLayout(shape: Shape, axis: number): AxisLayout {
  return {
    outer: numel(shape.slice(0, axis)),
    length: shape[axis] ?? 1,
    inner: numel(shape.slice(axis + 1)),
  };
}

/** Moves the reduced axes to the end when they are not adjacent, so that they merge into one. */
function mergeAxes(view: View, axes: readonly number[]): { input: View; layout: AxisLayout } {
  const adjacent = axes.every((axis, i) => i === 0 || axis === axes[i - 1]! + 1);
  if (adjacent) {
    const first = axes[0] ?? view.shape.length;
    const layout = {
      outer: numel(view.shape.slice(0, first)),
      length: numel(axes.map((axis) => view.shape[axis]!)),
      inner: numel(view.shape.slice(first + axes.length)),
    };
    return { input: contiguous(view), layout };
  }
  const order = [...view.shape.keys()].filter((axis) => !axes.includes(axis)).concat(axes);
  const moved = {
    ...view,
    shape: order.map((axis) => view.shape[axis]!),
    strides: order.map((axis) => view.strides[axis]!),
  };
  const length = numel(axes.map((axis) => view.shape[axis]!));
  const outer = numel(moved.shape.slice(0, view.shape.length - axes.length));
  return { input: contiguous(moved), layout: { outer, length, inner: 1 } };
}

/** The value of a reduction over no elements; maxima and minima have none. */
const identity: { readonly [O in ReduceOp]: number | undefined } = {
  sum: 0,
  prod: 1,
  max: undefined,
  min: undefined,
  any: 0,
  all: 1,
};

function reduction(
  name: string,
  op: ReduceOp,
  view: View,
  { axes, keepdim }: ReduceAttributes,
  working: DType,
  result: DType,
): View {
  const x = converted(view, working);
  const out = allocate(x.storage.backend, result, reducedShape(x.shape, axes, keepdim));
  const { input, layout } = mergeAxes(x, axes);
  if (layout.length === 0) {
    const value = identity[op];
    if (value === undefined) {
      throw new ShapeError(
        `${name}: expected at least one element to reduce, got shape ${formatShape(view.shape)}`,
      );
    }
    copyInto(out, value);
  } else {
    const mayOverflow = op === 'prod' || (op === 'sum' && layout.length * widest[view.dtype] >= 2 ** 31);
    if (result === 'int32' && mayOverflow) {
      checkInt32(name, x.storage.backend, out.shape, [input], (wide, operands) => {
        launch('reduce', [wide], operands, { op, ...layout });
      });
    }
    launch('reduce', [out], [input], { op, ...layout });
  }
  discard(input, x);
  discard(x, view);
  return out;
}

/** The largest element that a short dtype holds, by which sums of few elements fit int32 without a look. */
const widest = { bool: 1, uint8: 255, int32: 2 ** 31, float32: 0, float64: 0 } as const satisfies Record<
  DType,
  number
>;

const summed = (dtype: DType): DType => (isFloat(dtype) ? dtype : 'int32');

/** Reads a reduced gradient as if its axes had been kept, so that it broadcasts against the input. */
const restoredShape = (shape: Shape, axes: readonly number[]): number[] => reducedShape(shape, axes, true);

/** Σ x over the axes. Integers and bools sum as int32; a sum beyond is an error. */
export const sum: Op<ReduceAttributes> = {
  name: 'sum',
  forward: ([input], attributes) => {
    const view = input as View;
    return reduction('sum', 'sum', view, attributes, summed(view.dtype), summed(view.dtype));
  },
  gradient: (grad, { shape, attributes: { axes } }) => [
    grad.reshape(restoredShape(shape(0), axes)).expand(shape(0)),
  ],
};

/**
 * For each element of the last axis the product of those before it: the running products of runs of 1, 2, 4, … elements, each made of
 * two of the last. Nothing is divided, so zeros need no care at any order of differentiation.
 */
function productsBefore(x: Tensor): Tensor {
  const length = x.shape.at(-1)!;
  const delayed = (y: Tensor, by: number): Tensor => y.narrow(-1, 0, length - by).pad([by, 0], 1);
  let products = delayed(x, 1);
  for (let run = 1; run < length; run *= 2) products = products.mul(delayed(products, run));
  return products;
}

/** Π x over the axes. The gradient of an element is the product of the others: of those before it and those behind it. */
export const prod: Op<ReduceAttributes> = {
  name: 'prod',
  forward: ([input], attributes) => {
    const view = input as View;
    return reduction('prod', 'prod', view, attributes, summed(view.dtype), summed(view.dtype));
  },
  saves: () => [0],
  gradient: (grad, { tensor, shape, attributes: { axes } }) => {
    const kept = grad.reshape(restoredShape(shape(0), axes));
    const x = tensor(0);
    if (x.numel === 0 || axes.length === 0) return [kept.expand(shape(0))];
    const order = [...shape(0).keys()].filter((d) => !axes.includes(d)).concat(axes);
    const moved = x.permute(order);
    const lines = moved.flatten(x.ndim - axes.length);
    const behind = productsBefore(lines.flip(-1)).flip(-1);
    const others = productsBefore(lines).mul(behind).reshape(moved.shape);
    const inverse = order.map((_, d) => order.indexOf(d));
    return [kept.mul(others.permute(inverse))];
  },
};

/**
 * The largest (smallest) element over the axes; equal ones share the gradient. As in PyTorch, a NaN takes its gradient in `max` and
 * `min`, and makes all gradients NaN in `amax` and `amin`.
 */
const extremum = (name: string, op: 'max' | 'min', takesNaN: boolean): Op<ReduceAttributes> => ({
  name,
  forward: ([input], attributes) => {
    const view = input as View;
    return reduction(name, op, view, attributes, view.dtype, view.dtype);
  },
  saves: (): readonly Saved[] => [0, 'output'],
  gradient: (grad, { tensor, output, shape, attributes: { axes } }) => {
    const kept = restoredShape(shape(0), axes);
    const x = tensor(0);
    const y = output().reshape(kept);
    const equal = x.eq(y);
    if (takesNaN) {
      const chosen = equal.logicalOr(x.ne(x).logicalAnd(y.ne(y)));
      const share = grad.reshape(kept).div(chosen.sum([...axes], { keepdim: true }));
      return [share.expand(shape(0)).where(chosen, 0)];
    }
    const count = equal.sum([...axes], { keepdim: true });
    return [grad.reshape(kept).expand(shape(0)).where(equal, 0).div(count)];
  },
});
export const amax = extremum('amax', 'max', false);
export const amin = extremum('amin', 'min', false);
export const max = extremum('max', 'max', true);
export const min = extremum('min', 'min', true);

const quantifier = (op: 'any' | 'all'): Op<ReduceAttributes> => ({
  name: op,
  forward: ([input], attributes) => {
    const view = input as View;
    return reduction(op, op, view, attributes, view.dtype, 'bool');
  },
});
/** Whether any element over the axes is not 0. */
export const any = quantifier('any');
/** Whether every element over the axes is not 0. */
export const all = quantifier('all');

/** Position of the first largest (smallest) element along an axis, as int32; NaN counts as both. */
const argReduction = (op: 'max' | 'min'): Op<AxisAttributes & { readonly keepdim: boolean }> => ({
  name: `arg${op}`,
  forward: ([input], { axis, keepdim }) => {
    const view = input as View;
    const layout = axisLayout(view.shape, axis);
    if (layout.length === 0) {
      throw new ShapeError(`arg${op}: expected at least one element, got shape ${formatShape(view.shape)}`);
    }
    const shape = view.shape.length === 0 ? [] : reducedShape(view.shape, [axis], keepdim);
    const out = allocate(view.storage.backend, 'int32', shape);
    const x = contiguous(view);
    launch('argReduce', [out], [x], { op, ...layout });
    discard(x, view);
    return out;
  },
});
export const argmax = argReduction('max');
export const argmin = argReduction('min');

/** yᵢ = Σ_{j ≤ i} xⱼ along an axis; the gradient is the running sum from the other end. */
export const cumsum: Op<AxisAttributes> = {
  name: 'cumsum',
  forward: ([input], { axis }) => {
    const view = input as View;
    const x = converted(view, summed(view.dtype));
    const c = contiguous(x);
    const out = allocate(x.storage.backend, x.dtype, x.shape);
    const layout = axisLayout(x.shape, axis);
    if (x.dtype === 'int32' && layout.length * widest[view.dtype] >= 2 ** 31) {
      checkInt32('cumsum', x.storage.backend, x.shape, [c], (wide, operands) => {
        launch('cumsum', [wide], operands, layout);
      });
    }
    launch('cumsum', [out], [c], layout);
    discard(c, x);
    discard(x, view);
    return out;
  },
  gradient: (grad, { attributes: { axis } }) => [
    grad.ndim === 0 ? grad : grad.flip(axis).cumsum(axis).flip(axis),
  ],
};

/** Positions that sort an axis stably, as int32; NaN counts as the largest. */
export const argsort: Op<AxisAttributes & { readonly descending: boolean }> = {
  name: 'argsort',
  forward: ([input], { axis, descending }) => {
    const view = input as View;
    const x = contiguous(view);
    const out = allocate(view.storage.backend, 'int32', view.shape);
    launch('argsort', [out], [x], { descending, ...axisLayout(view.shape, axis) });
    discard(x, view);
    return out;
  },
};
