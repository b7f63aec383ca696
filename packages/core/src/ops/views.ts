import type { View } from '../backend/backend.ts';
import { resultDType } from '../dtype.ts';
import { formatShape, ShapeError } from '../errors.ts';
import { broadcastStrides, contiguousStrides, type Shape, viewStrides } from '../shape.ts';
import { allocate, contiguous, copyInto, firstView, isView } from './launch.ts';
import type { Op } from './op.ts';

/** The same elements in row-major order under another shape: a view where the layout allows, else a copy. */
export const reshape: Op<{ readonly shape: Shape }> = {
  name: 'reshape',
  forward: ([input], { shape }) => {
    const view = input as View;
    const strides = viewStrides(view.shape, view.strides, shape);
    if (strides !== undefined) return { ...view, shape, strides };
    return { ...contiguous(view), shape, strides: contiguousStrides(shape) };
  },
  gradient: (grad, { shape }) => [grad.reshape(shape(0))],
};

/** The same elements with the axes in another order, as a view. */
export const permute: Op<{ readonly order: readonly number[] }> = {
  name: 'permute',
  forward: ([input], { order }) => {
    const view = input as View;
    return {
      ...view,
      shape: order.map((axis) => view.shape[axis]!),
      strides: order.map((axis) => view.strides[axis]!),
    };
  },
  gradient: (grad, { attributes: { order } }) => {
    const inverse = new Array<number>(order.length);
    order.forEach((axis, position) => {
      inverse[axis] = position;
    });
    return [grad.permute(inverse)];
  },
};

/** A view whose axes of size 1 are repeated without copying; the gradient is summed back. */
export const expand: Op<{ readonly shape: Shape }> = {
  name: 'expand',
  forward: ([input], { shape }) => {
    const view = input as View;
    return { ...view, shape, strides: broadcastStrides(view.shape, view.strides, shape) };
  },
  gradient: (grad) => [grad],
};

export interface SliceAttributes {
  readonly axis: number;
  readonly start: number;
  readonly length: number;
  readonly step: number;
}

function window(view: View, { axis, start, length, step }: SliceAttributes): View {
  const stride = view.strides[axis]!;
  const shape = view.shape.map((size, d) => (d === axis ? length : size));
  return {
    ...view,
    shape,
    strides: view.strides.map((s, d) => (d === axis ? s * step : s)),
    // A window without elements may begin where there is no memory.
    offset: shape.includes(0) ? view.offset : view.offset + start * stride,
  };
}

/** Every `step`-th position of an axis from `start` on, as a view. */
export const slice: Op<SliceAttributes> = {
  name: 'slice',
  forward: ([input], attributes) => window(input as View, attributes),
  gradient: (grad, { shape, attributes }) => [grad.sliceBackward(attributes, shape(0)[attributes.axis]!)],
};

/** Zeros of the given size along an axis, with the input in the window that `slice` would read. */
export const sliceBackward: Op<SliceAttributes & { readonly size: number }> = {
  name: 'sliceBackward',
  forward: ([input], attributes) => {
    const view = input as View;
    const shape = view.shape.map((size, d) => (d === attributes.axis ? attributes.size : size));
    const out = copyInto(allocate(view.storage.backend, view.dtype, shape), 0);
    copyInto(window(out, attributes), view);
    return out;
  },
  gradient: (grad, { attributes: { axis, start, length, step } }) => [
    length === 0 ? grad.narrow(axis, 0, 0) : grad.slice(axis, start, start + (length - 1) * step + 1, step),
  ],
};

/** The elements in reverse order along some axes, copied. */
export const flip: Op<{ readonly axes: readonly number[] }> = {
  name: 'flip',
  forward: ([input], { axes }) => {
    let view = input as View;
    for (const axis of axes) {
      const length = view.shape[axis]!;
      if (length > 0) view = window(view, { axis, start: length - 1, length, step: -1 });
    }
    return copyInto(allocate(view.storage.backend, view.dtype, view.shape), view);
  },
  gradient: (grad, { attributes: { axes } }) => [grad.flip([...axes])],
};

const isNothing = (shape: Shape): boolean => shape.length === 1 && shape[0] === 0;

/** Tensors joined along an existing axis, in their common dtype. All other sizes must agree; an empty vector fits anywhere. */
export const cat: Op<{ readonly axis: number }> = {
  name: 'cat',
  forward: (inputs, { axis }) => {
    const views = inputs.filter(isView);
    const joined = views.filter((view) => !isNothing(view.shape));
    const first = joined[0] ?? firstView(views);
    for (const view of joined) {
      const fits =
        view.shape.length === first.shape.length &&
        view.shape.every((size, d) => d === axis || size === first.shape[d]);
      if (!fits) {
        throw new ShapeError(
          `cat: expected shapes that agree except in dim ${axis}, got ${formatShape(first.shape)} and ${formatShape(view.shape)}`,
        );
      }
    }
    const dtype = resultDType(...views.map((view) => ({ dtype: view.dtype, ndim: view.shape.length })));
    const length = joined.reduce((total, view) => total + view.shape[axis]!, 0);
    const shape = first.shape.map((size, d) => (d === axis ? length : size));
    const out = allocate(first.storage.backend, dtype, shape);
    let start = 0;
    for (const view of joined) {
      copyInto(window(out, { axis, start, length: view.shape[axis]!, step: 1 }), view);
      start += view.shape[axis]!;
    }
    return out;
  },
  gradient: (grad, { needs, shape, attributes: { axis } }) => {
    let start = 0;
    return needs.map((needed, i) => {
      if (isNothing(shape(i))) return needed ? grad.newZeros([0]) : undefined;
      const length = shape(i)[axis]!;
      const part = needed ? grad.narrow(axis, start, length) : undefined;
      start += length;
      return part;
    });
  },
};
