import type { View } from '../backend/backend.ts';
import type { KernelAttributes } from '../backend/kernels.ts';
import type { Tensor } from '../tensor.ts';
import { allocate, contiguous, discard, launch } from './launch.ts';
import type { Op } from './op.ts';

export type AvgPoolLayout = KernelAttributes['avgPool2d'];

interface AvgPoolAttributes {
  readonly layout: AvgPoolLayout;
  /** ∂L/∂x from ∂L/∂y by operations. */
  readonly spread: (grad: Tensor) => Tensor;
}

function run(
  kind: 'avgPool2d' | 'avgPool2dBackward',
  input: View,
  size: readonly number[],
  layout: AvgPoolLayout,
): View {
  const x = contiguous(input);
  const out = allocate(x.storage.backend, x.dtype, [...x.shape.slice(0, -2), ...size]);
  launch(kind, [out], [x], layout);
  discard(x, input);
  return out;
}

/** The mean of each window of the last two axes. For engines that have the kernel. */
export const avgPool2d: Op<AvgPoolAttributes> = {
  name: 'avgPool2d',
  forward: ([input], { layout }) =>
    run('avgPool2d', input as View, [layout.outHeight, layout.outWidth], layout),
  gradient: (grad, { differentiable, attributes: { layout, spread } }) => {
    if (differentiable || !grad.storage.backend.supports('avgPool2dBackward')) return [spread(grad)];
    const out = run('avgPool2dBackward', grad.strided, [layout.height, layout.width], layout);
    return [grad.wrap(out, undefined)];
  },
};
