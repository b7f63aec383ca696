import { apply } from '../../autograd/apply.ts';
import type { View } from '../../backend/backend.ts';
import { allocate, copyInto } from '../../ops/launch.ts';
import type { Op } from '../../ops/op.ts';
import { contiguousStrides, numel, type Shape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';

/** One of several results that a kernel wrote one behind the other. */
interface PartAttributes {
  /** The first element. */
  readonly start: number;
  readonly shape: Shape;
  /** Elements of all results together. */
  readonly size: number;
}

/** A part of a vector without gaps, as a view. */
export const partOf = (view: View, start: number, shape: Shape): View => ({
  ...view,
  shape,
  strides: contiguousStrides(shape),
  offset: view.offset + start,
});

/** Zeros, with the input in the part that `part` would read. */
const partBackward: Op<PartAttributes> = {
  name: 'partBackward',
  forward: ([input], { start, shape, size }) => {
    const view = input as View;
    const out = allocate(view.storage.backend, view.dtype, [size]);
    const end = start + numel(shape);
    if (start > 0) copyInto(partOf(out, 0, [start]), 0);
    if (end < size) copyInto(partOf(out, end, [size - end]), 0);
    copyInto(partOf(out, start, shape), view);
    return out;
  },
  gradient: (grad, { attributes }) => [apply(part, [grad], attributes)],
};

const part: Op<PartAttributes> = {
  name: 'part',
  forward: ([input], { start, shape }) => partOf(input as View, start, shape),
  gradient: (grad, { attributes }) => [apply(partBackward, [grad], attributes)],
};

/** Results of these shapes that lie one behind the other. */
export function partsOf(results: Tensor, shapes: readonly Shape[]): Tensor[] {
  let start = 0;
  return shapes.map((shape) => {
    const taken = apply(part, [results], { start, shape, size: results.numel });
    start += numel(shape);
    return taken;
  });
}
