import type { View } from '../backend/backend.ts';
import { numel, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { allocate, contiguous, discard, launch } from './launch.ts';
import type { GradientContext, Op } from './op.ts';

export interface BatchNormAttributes {
  readonly eps: number;
  readonly momentum: number;
  /** Running mean and variance, contiguous, which move towards the batch's; or none. */
  readonly running: readonly View[];
}

const layoutOf = (shape: Shape): { samples: number; channels: number; length: number } => ({
  samples: shape[0]!,
  channels: shape[1]!,
  length: numel(shape.slice(2)),
});

/** Gradients of x, weight and bias in one kernel. */
function gradientsOf(grad: Tensor, context: GradientContext<BatchNormAttributes>): (Tensor | undefined)[] {
  const { needs, tensor, shape, kept, attributes } = context;
  const { backend } = grad.storage;
  const given = [grad.strided, tensor(0).strided, ...(needs.length > 1 ? [tensor(1).strided] : [])];
  const [g, x, ...weight] = given.map(contiguous) as [View, View, ...View[]];
  const affine = needs[1] || needs[2] ? needs.slice(1).map((_, i) => shape(i + 1)) : [];
  const outputs = [x.shape, ...affine].map((size) => allocate(backend, g.dtype, size));
  const inputs = [g, x, kept(0).strided, kept(1).strided, ...weight];
  launch('batchNormBackward', outputs, inputs, { ...layoutOf(x.shape), eps: attributes.eps });
  [g, x, ...weight].forEach((view, i) => {
    discard(view, given[i]!);
  });
  return outputs.map((view) => grad.wrap(view, undefined));
}

/**
 * (x − mean) / √(var + eps) · weight + bias for each channel, by the batch's mean and population variance. Inputs: x and, if given, weight,
 * and bias behind a weight. For engines that have the kernel; `Tensor.batchNorm` is a composition on the others.
 *
 * With x̂ = (x − mean)·rstd and h = g·weight: ∂L/∂x = rstd·(h − mean h − x̂ · mean(h·x̂)), ∂L/∂weight = Σ g·x̂, ∂L/∂bias = Σ g.
 */
export const batchNorm: Op<BatchNormAttributes> = {
  name: 'batchNorm',
  forward: (inputs, { eps, momentum, running }, _out, kept) => {
    const views = inputs as readonly View[];
    const operands = views.map(contiguous);
    const [x] = operands as [View];
    const { backend } = x.storage;
    const layout = layoutOf(x.shape);
    const y = allocate(backend, x.dtype, x.shape);
    const statistics = [
      allocate(backend, x.dtype, [layout.channels]),
      allocate(backend, x.dtype, [layout.channels]),
    ];
    launch('batchNorm', [y, ...statistics, ...running], operands, { ...layout, eps, momentum });
    for (const { storage } of running) storage.version++;
    operands.forEach((view, i) => {
      discard(view, views[i]!);
    });
    kept?.push(...statistics);
    return y;
  },
  saves: (_attributes, needs) => (needs.length > 1 ? [0, 1] : [0]),
  gradient: (grad, context) => {
    const { needs, tensor, differentiable, attributes } = context;
    if (!differentiable && grad.storage.backend.supports('batchNormBackward'))
      return gradientsOf(grad, context);
    const x = tensor(0);
    const axes = [...x.shape.keys()].filter((d) => d !== 1);
    const keepdim = { keepdim: true };
    const deviation = x.sub(x.mean(axes, keepdim));
    const rstd = deviation.square().mean(axes, keepdim).add(attributes.eps).rsqrt();
    const normal = deviation.mul(rstd);
    const perChannel = x.shape.map((size, d) => (d === 1 ? size : 1));
    const scaled = needs.length > 1 ? grad.mul(tensor(1).reshape(perChannel)) : grad;
    const centered = scaled.sub(scaled.mean(axes, keepdim));
    const along = normal.mul(centered.mul(normal).mean(axes, keepdim));
    return [
      centered.sub(along).mul(rstd),
      needs[1] ? grad.mul(normal).sum(axes) : undefined,
      needs[2] ? grad.sum(axes) : undefined,
    ];
  },
};
