import { ArgumentError, checkOptions, describeValue, type Tensor } from '@kindling/core';
import { matchingTarget } from './operands.ts';
import { type Reduction, reduce } from './reduction.ts';

export interface HuberOptions {
  /** Where the square turns into a straight line, above 0. Default 1. */
  readonly delta?: number;
  /** Default `'mean'`. */
  readonly reduction?: Reduction;
}

/**
 * Huber's loss of d = x − y: ½d² where |d| < δ, else δ(|d| − ½δ), element by element, then reduced. The gradient is
 * d cut to [−δ, δ], so that outliers pull no harder than δ.
 *
 * @param input x, floating-point, of any shape.
 * @param target y, of the same shape; integers and bools are converted to the input's dtype.
 * @returns a scalar, or with `reduction: 'none'` the input's shape.
 *
 * Throws `ArgumentError` unless delta is above 0, `ShapeError` where the shapes differ (PyTorch warns and broadcasts), and
 * `DTypeError` where the input is not a float, or the target is of another float dtype.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.HuberLoss.html
 */
export function huber(input: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  const { delta = 1, reduction = 'mean' } = checkOptions('huber', options, { delta: true, reduction: true });
  if (!(typeof delta === 'number' && delta > 0)) {
    throw new ArgumentError(`huber: expected a delta above 0, got ${describeValue(delta)}`);
  }
  const y = matchingTarget('huber', input, target);
  const difference = input.sub(y);
  // Both branches are c(d − ½c), with c = d cut to [−δ, δ].
  const cut = difference.clamp(-delta, delta);
  return reduce('huber', cut.mul(difference.sub(cut.mul(0.5))), reduction);
}
