import type { View } from '../backend/backend.ts';
import { numel } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { allocate, contiguous, discard, launch } from './launch.ts';
import type { GradientContext, Op } from './op.ts';

export interface LayerNormAttributes {
  /** How many of the last axes are normalized together. */
  readonly axes: number;
  readonly eps: number;
}

function layoutOf(shape: readonly number[], axes: number): { rows: number; length: number } {
  const split = shape.length - axes;
  return { rows: numel(shape.slice(0, split)), length: numel(shape.slice(split)) };
}

/** Gradients of x, weight and bias in one kernel. */
function gradientsOf(grad: Tensor, context: GradientContext<LayerNormAttributes>): (Tensor | undefined)[] {
  const { needs, tensor, shape, kept, attributes } = context;
  const { backend } = grad.storage;
  const given = [grad.strided, tensor(0).strided, ...(needs.length > 1 ? [tensor(1).strided] : [])];
  const [g, x, ...weight] = given.map(contiguous) as [View, View, ...View[]];
  const affine = needs[1] || needs[2] ? needs.slice(1).map((_, i) => shape(i + 1)) : [];
  const outputs = [x.shape, ...affine].map((size) => allocate(backend, g.dtype, size));
  const statistics = [kept(0).strided, kept(1).strided];
  launch('layerNormBackward', outputs, [g, x, ...statistics, ...weight], layoutOf(x.shape, attributes.axes));
  [g, x, ...weight].forEach((view, i) => {
    discard(view, given[i]!);
  });
  return outputs.map((view) => grad.wrap(view, undefined));
}

/**
 * (x − x̄) / √(var + eps) · weight + bias over the last axes. Inputs: x and, if given, weight, and bias behind a weight. For
 * engines that have the kernel; `Tensor.layerNorm` is a composition on the others.
 *
 * With x̂ = (x − x̄)·rstd and h = g·weight: ∂L/∂x = rstd·(h − mean h − x̂ · mean(h·x̂)), ∂L/∂weight = Σ g·x̂, ∂L/∂bias = Σ g.
 */
export const layerNorm: Op<LayerNormAttributes> = {
  name: 'layerNorm',
  forward: (inputs, { axes, eps }, _out, kept) => {
    const views = inputs as readonly View[];
    const operands = views.map(contiguous);
    const [x] = operands as [View];
    const { backend } = x.storage;
    const { rows, length } = layoutOf(x.shape, axes);
    const y = allocate(backend, x.dtype, x.shape);
    const statistics = [allocate(backend, x.dtype, [rows]), allocate(backend, x.dtype, [rows])];
    launch('layerNorm', [y, ...statistics], operands, { rows, length, eps });
    operands.forEach((view, i) => {
      discard(view, views[i]!);
    });
    kept?.push(...statistics);
    return y;
  },
  saves: (_attributes, needs) => (needs.length > 1 ? [0, 1] : [0]),
  gradient: (grad, context) => {
    const { needs, tensor, differentiable, attributes } = context;
    if (!differentiable && grad.storage.backend.supports('layerNormBackward'))
      return gradientsOf(grad, context);
    const x = tensor(0);
    const last = [...x.shape.keys()].slice(x.ndim - attributes.axes);
    const deviation = x.sub(x.mean(last, { keepdim: true }));
    const rstd = deviation.square().mean(last, { keepdim: true }).add(attributes.eps).rsqrt();
    const normal = deviation.mul(rstd);
    const scaled = needs.length > 1 ? grad.mul(tensor(1)) : grad;
    const centered = scaled.sub(scaled.mean(last, { keepdim: true }));
    const along = normal.mul(centered.mul(normal).mean(last, { keepdim: true }));
    return [
      centered.sub(along).mul(rstd),
      needs[1] ? grad.mul(normal) : undefined,
      needs[2] ? grad : undefined,
    ];
  },
};
