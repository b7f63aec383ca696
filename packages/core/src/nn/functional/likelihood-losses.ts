import { assertBoolean, assertNumber, assertTensor } from '../../arguments.ts';
import { ArgumentError, formatShape, ShapeError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import { broadcasts } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { inDTypeOf, matchingTarget } from './loss-operands.ts';
import { type LossOptions, reduce } from './loss-reduction.ts';

export interface GaussianNLLLossOptions extends LossOptions {
  /** Add the constant ½ ln 2π. Default false. */
  readonly full?: boolean;
  /** The smallest variance. Default 1e-6. */
  readonly eps?: number;
}

/**
 * ½(ln v + (x − y)²/v) with v = max(variance, eps), element by element, then reduced.
 *
 * @param variance of the input's shape, or one that broadcasts to it. Its gradient is that at v, below eps too.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.GaussianNLLLoss.html
 */
export function gaussianNllLoss(
  input: Tensor,
  target: Tensor,
  variance: Tensor,
  options: GaussianNLLLossOptions = {},
): Tensor {
  const op = 'gaussianNllLoss';
  const {
    full = false,
    eps = 1e-6,
    reduction = 'mean',
  } = checkOptions(op, options, { full: true, eps: true, reduction: true });
  assertBoolean(op, 'full', full);
  if (!(typeof eps === 'number' && eps > 0))
    throw new ArgumentError(`${op}: expected an eps above 0, got ${eps}`);
  const y = matchingTarget(op, input, target);
  assertTensor(op, 'variance', variance);
  if (!broadcasts(variance.shape, input.shape)) {
    throw new ShapeError(
      `${op}: expected a variance that broadcasts to ${formatShape(input.shape)}, got ${formatShape(variance.shape)}`,
    );
  }
  const given = inDTypeOf(op, 'variance', variance, input);
  const v = given.add(given.clamp(eps).sub(given).detach());
  const losses = input.sub(y).square().div(v).add(v.log()).mul(0.5);
  return reduce(op, full ? losses.add(0.5 * Math.log(2 * Math.PI)) : losses, reduction);
}

export interface PoissonNLLLossOptions extends LossOptions {
  /** The input is the logarithm of the rate. Default true. */
  readonly logInput?: boolean;
  /** Add Stirling's approximation of ln y!, for targets above 1. Default false. */
  readonly full?: boolean;
  /** Added to a rate before its logarithm. Default 1e-8. */
  readonly eps?: number;
}

/**
 * eˣ − y·x, or x − y ln(x + eps) without `logInput`, element by element, then reduced.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.PoissonNLLLoss.html
 */
export function poissonNllLoss(input: Tensor, target: Tensor, options: PoissonNLLLossOptions = {}): Tensor {
  const op = 'poissonNllLoss';
  const {
    logInput = true,
    full = false,
    eps = 1e-8,
    reduction = 'mean',
  } = checkOptions(op, options, { logInput: true, full: true, eps: true, reduction: true });
  assertBoolean(op, 'logInput', logInput);
  assertBoolean(op, 'full', full);
  assertNumber(op, 'eps', eps);
  const y = matchingTarget(op, input, target);
  const losses = logInput ? input.exp().sub(y.mul(input)) : input.sub(y.mul(input.add(eps).log()));
  if (!full) return reduce(op, losses, reduction);
  const large = y.where(y.gt(1), 1);
  const stirling = large
    .mul(large.log())
    .sub(large)
    .add(
      large
        .mul(2 * Math.PI)
        .log()
        .mul(0.5),
    );
  return reduce(op, losses.add(stirling.maskedFill(y.le(1), 0)), reduction);
}
