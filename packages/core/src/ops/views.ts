import type { View } from '../backend/backend.ts';
import { resultDType } from '../dtype.ts';
import { formatShape, ShapeError } from '../errors.ts';
import { broadcastStrides, contiguousStrides, numel, type Shape, viewStrides } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { allocate, contiguous, copyInto, firstView, isView, upload } from './launch.ts';
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

/** Gradient of a view: the gradients of its places, added up at the elements that they are. */
function addedUp(grad: Tensor, shape: Shape, take: (positions: View) => View): Tensor {
  const count = numel(shape);
  const flat = grad.newZeros([count]);
  if (count === 0 || grad.numel === 0) return flat.reshape(shape);
  const numbers = upload(
    grad.storage.backend,
    'int32',
    shape,
    Int32Array.from({ length: count }, (_, i) => i),
  );
  const positions = grad.wrap(take(numbers), undefined);
  return flat.scatterAdd(0, positions.flatten(), grad.flatten()).reshape(shape);
}

/** An operation that reads the same memory otherwise. */
const view = <A>(name: string, take: (view: View, attributes: A) => View): Op<A> => ({
  name,
  forward: ([input], attributes) => take(input as View, attributes),
  gradient: (grad, { shape, attributes }) => [
    addedUp(grad, shape(0), (numbers) => take(numbers, attributes)),
  ],
});

/** Windows of an axis, whose positions are a new last axis. */
export const unfold = view<{ readonly axis: number; readonly size: number; readonly step: number }>(
  'unfold',
  (input, { axis, size, step }) => {
    const stride = input.strides[axis] ?? 1;
    const windows = Math.floor(((input.shape[axis] ?? 1) - size) / step) + 1;
    return {
      ...input,
      shape: [...input.shape.map((length, d) => (d === axis ? windows : length)), size],
      strides: [...input.strides.map((s, d) => (d === axis ? s * step : s)), stride],
    };
  },
);

/** The diagonal of two axes, along a new last axis. */
export const diagonal = view<{ readonly offset: number; readonly first: number; readonly second: number }>(
  'diagonal',
  (input, { offset, first, second }) => {
    const { shape, strides } = input;
    const length = Math.max(
      0,
      Math.min(shape[first]! - Math.max(0, -offset), shape[second]! - Math.max(0, offset)),
    );
    const start = Math.max(0, -offset) * strides[first]! + Math.max(0, offset) * strides[second]!;
    const rest = [...shape.keys()].filter((d) => d !== first && d !== second);
    const size = [...rest.map((d) => shape[d]!), length];
    return {
      ...input,
      shape: size,
      strides: [...rest.map((d) => strides[d]!), strides[first]! + strides[second]!],
      offset: size.includes(0) ? input.offset : input.offset + start,
    };
  },
);

/** Any sizes and strides. The gradient is that of a tensor which covers its memory. */
export const asStrided = view<{
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}>('asStrided', (input, attributes) => ({ ...input, ...attributes }));
