import { describe } from '../../arguments.ts';
import { ArgumentError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import type { Tensor } from '../../tensor.ts';
import { matchingTarget } from './loss-operands.ts';
import { type LossOptions, reduce } from './loss-reduction.ts';

export interface HuberLossOptions extends LossOptions {
  /** Where the square turns into a straight line, above 0. Default 1. */
  readonly delta?: number;
}

/** ½d² where |d| < δ, else δ(|d| − ½δ): c(d − ½c), with c = d cut to [−δ, δ]. */
function huber(difference: Tensor, delta: number): Tensor {
  const cut = difference.clamp(-delta, delta);
  return cut.mul(difference.sub(cut.mul(0.5)));
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
export function huberLoss(input: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  const { delta = 1, reduction = 'mean' } = checkOptions('huberLoss', options, {
    delta: true,
    reduction: true,
  });
  if (!(typeof delta === 'number' && delta > 0)) {
    throw new ArgumentError(`huberLoss: expected a delta above 0, got ${describe(delta)}`);
  }
  const y = matchingTarget('huberLoss', input, target);
  return reduce('huberLoss', huber(input.sub(y), delta), reduction);
}

export interface SmoothL1LossOptions extends LossOptions {
  /** Where the square turns into a straight line; 0 is the absolute error. Default 1. */
  readonly beta?: number;
}

/**
 * ½d²/β where |d| < β, else |d| − ½β, for d = x − y, element by element, then reduced: Huber's loss over β.
 *
 * @throws {ArgumentError} for a beta below 0.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.SmoothL1Loss.html
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  const { beta = 1, reduction = 'mean' } = checkOptions('smoothL1Loss', options, {
    beta: true,
    reduction: true,
  });
  if (!(typeof beta === 'number' && beta >= 0)) {
    throw new ArgumentError(`smoothL1Loss: expected a beta of at least 0, got ${describe(beta)}`);
  }
  const y = matchingTarget('smoothL1Loss', input, target);
  const difference = input.sub(y);
  const losses = beta === 0 ? difference.abs() : huber(difference, beta).div(beta);
  return reduce('smoothL1Loss', losses, reduction);
}
