import { assertBoolean, assertNumber } from '../arguments.ts';
import { customGradient } from '../autograd/custom-gradient.ts';
import { checkOptions, type OptionNames } from '../options.ts';
import { normalizeDims, reducedShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { assertFloat, countAlong, type Dims, type KeepdimOptions } from './axes.ts';

export interface VarianceOptions extends KeepdimOptions {
  /** Subtracted from the count: 1 for the unbiased estimate, 0 for the population. Default 1. */
  readonly correction?: number;
}

const varianceOptionNames: OptionNames<VarianceOptions> = { correction: true, keepdim: true };

/** The variance or its root, which is computed of deviations over the largest one: their squares neither overflow nor vanish. */
export function spread(
  tensor: Tensor,
  name: 'var' | 'std',
  dim: Dims | undefined,
  options: VarianceOptions,
): Tensor {
  const { correction = 1, keepdim = false } = checkOptions(name, options, varianceOptionNames);
  assertFloat(name, tensor);
  assertNumber(name, 'correction', correction);
  assertBoolean(name, 'keepdim', keepdim);
  const axes = normalizeDims(name, dim, tensor.ndim);
  const kept = { keepdim: true };
  const freedom = countAlong(tensor, axes) - correction;
  const deviation = (x: Tensor): Tensor => x.sub(x.mean(axes, kept));
  const variance = (d: Tensor): Tensor => d.square().sum(axes, kept).div(Math.max(freedom, 0));
  const slope = (x: Tensor): Tensor => {
    const d = deviation(x);
    if (freedom > 0 || (dim !== undefined && tensor.ndim > 0)) return d.mul(2 / freedom);
    return d.newFull([], Number.NaN).where(x.eq(x.mean(axes, kept)), Number.POSITIVE_INFINITY);
  };
  const result = customGradient(name, {
    forward: (x: Tensor) => {
      const d = deviation(x);
      if (name === 'var' || d.numel === 0) return name === 'var' ? variance(d) : variance(d).sqrt();
      const largest = d.abs().amax(axes, kept);
      const scale = largest.where(largest.gt(0).logicalAnd(largest.lt(Number.POSITIVE_INFINITY)), 1);
      return variance(d.div(scale)).sqrt().mul(scale);
    },
    gradient: (grad, [x]) => {
      if (name === 'var') return [grad.mul(slope(x))];
      const y = x.std(axes, { correction, keepdim: true });
      return [grad.div(y.mul(2)).maskedFill(y.eq(0), 0).mul(slope(x))];
    },
  })(tensor);
  return keepdim ? result : result.reshape(reducedShape(tensor.shape, axes, false));
}
