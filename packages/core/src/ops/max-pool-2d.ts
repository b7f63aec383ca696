import type { View } from '../backend/backend.ts';
import type { KernelAttributes } from '../backend/kernels.ts';
import type { Tensor } from '../tensor.ts';
import { allocate, contiguous, discard, launch } from './launch.ts';
import type { Op } from './op.ts';

export type MaxPoolLayout = KernelAttributes['maxPool2d'];

interface MaxPoolAttributes {
  readonly layout: MaxPoolLayout;
  /** Whether a gradient will ask where the largest elements stood. */
  readonly isIndexed: boolean;
}

const outShape = (x: View, { outHeight, outWidth }: MaxPoolLayout): number[] => [
  ...x.shape.slice(0, -2),
  outHeight,
  outWidth,
];

function poolInto(outputs: readonly View[], input: View, layout: MaxPoolLayout): void {
  const x = contiguous(input);
  launch('maxPool2d', outputs, [x], layout);
  discard(x, input);
}

/** ∂L/∂x in one kernel. */
function scattered(grad: Tensor, index: Tensor, shape: readonly number[], layout: MaxPoolLayout): Tensor {
  const g = contiguous(grad.strided);
  const out = allocate(g.storage.backend, g.dtype, shape);
  launch('maxPool2dBackward', [out], [g, index.strided], layout);
  discard(g, grad.strided);
  return grad.wrap(out, undefined);
}

/** The largest element of each window of the last two axes. For engines that have the kernel. */
export const maxPool2d: Op<MaxPoolAttributes> = {
  name: 'maxPool2d',
  forward: ([input], { layout, isIndexed }, _out, kept) => {
    const x = input as View;
    const { backend } = x.storage;
    const shape = outShape(x, layout);
    const y = allocate(backend, x.dtype, shape);
    const index = isIndexed ? [allocate(backend, 'int32', shape)] : [];
    poolInto([y, ...index], x, layout);
    kept?.push(...index);
    return y;
  },
  gradient: (grad, { kept, shape, differentiable, attributes: { layout } }) => {
    const index = kept(0);
    const whole = shape(0);
    if (!differentiable && grad.storage.backend.supports('maxPool2dBackward'))
      return [scattered(grad, index, whole, layout)];
    const planes = grad.newZeros([...whole.slice(0, -2), layout.height * layout.width]);
    return [planes.scatterAdd(-1, index.flatten(-2), grad.flatten(-2)).reshape(whole)];
  },
};

/** The positions of those elements in their planes, as int32. */
export const maxPool2dIndices: Op<MaxPoolLayout> = {
  name: 'maxPool2d',
  forward: ([input], layout) => {
    const x = input as View;
    const { backend } = x.storage;
    const shape = outShape(x, layout);
    const y = allocate(backend, x.dtype, shape);
    const index = allocate(backend, 'int32', shape);
    poolInto([y, index], x, layout);
    y.storage.release();
    return index;
  },
};
