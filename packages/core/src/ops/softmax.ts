import type { View } from '../backend/backend.ts';
import type { Tensor } from '../tensor.ts';
import { allocate, contiguous, discard, launch } from './launch.ts';
import type { Op } from './op.ts';
import { type AxisAttributes, axisLayout } from './reduce.ts';

/** ∂L/∂x in one kernel. */
function gradientOf(grad: Tensor, output: Tensor, axis: number, log: boolean): Tensor {
  const g = contiguous(grad.strided);
  const out = allocate(g.storage.backend, g.dtype, g.shape);
  launch('softmaxBackward', [out], [g, output.strided], { ...axisLayout(g.shape, axis), log });
  discard(g, grad.strided);
  return grad.wrap(out, undefined);
}

/** For engines that have the kernel; `Tensor.softmax` and `Tensor.logSoftmax` are compositions on the others. */
const fused = (
  name: string,
  log: boolean,
  gradient: (grad: Tensor, y: Tensor, axis: number) => Tensor,
): Op<AxisAttributes> => ({
  name,
  forward: ([input], { axis }) => {
    const view = input as View;
    const x = contiguous(view);
    const out = allocate(x.storage.backend, x.dtype, x.shape);
    launch('softmax', [out], [x], { ...axisLayout(x.shape, axis), log });
    discard(x, view);
    return out;
  },
  saves: () => ['output'],
  gradient: (grad, { output, attributes: { axis }, differentiable }) => [
    !differentiable && grad.storage.backend.supports('softmaxBackward')
      ? gradientOf(grad, output(), axis, log)
      : gradient(grad, output(), axis),
  ],
});

/** eˣ / Σ eˣ along an axis; ∂L/∂x = y(g − Σ g·y). */
export const softmax = fused('softmax', false, (grad, y, axis) =>
  grad.sub(grad.mul(y).sum(axis, { keepdim: true })).mul(y),
);

/** x − ln Σ eˣ along an axis; ∂L/∂x = g − eʸ · Σ g. */
export const logSoftmax = fused('logSoftmax', true, (grad, y, axis) =>
  grad.sub(y.exp().mul(grad.sum(axis, { keepdim: true }))),
);
