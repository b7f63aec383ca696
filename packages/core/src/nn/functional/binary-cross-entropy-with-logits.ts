import { customGradient } from '../../autograd/custom-gradient.ts';
import { checkOptions } from '../../options.ts';
import type { Tensor } from '../../tensor.ts';
import { broadcastWeight, matchingTarget } from './loss-operands.ts';
import { type Reduction, reduce } from './loss-reduction.ts';

export interface BinaryCrossEntropyWithLogitsOptions {
  /** Factor of each element's loss; broadcasts to the input. Default: none. */
  readonly weight?: Tensor | undefined;
  /** p, the factor of the positive part: above 1 for classes that are rare; broadcasts to the input. Default: 1. */
  readonly posWeight?: Tensor | undefined;
  /** Default `'mean'`. */
  readonly reduction?: Reduction;
}

/** ln(1 + e⁻ˣ) to float64 rounding: beyond −x = 40, ln(1 + e⁻ˣ) is −x. */
const softplusOfNegative = (x: Tensor): Tensor => x.neg().softplus(1, 40);

const complement = (y: Tensor): Tensor => y.neg().add(1);

/** (1 − y)x + ln(1 + e⁻ˣ), which neither overflows nor cancels. The gradient σ(x) − y is exact on both sides of 0. */
const elementwise = customGradient('binaryCrossEntropyWithLogits', {
  forward: (x: Tensor, y: Tensor) => complement(y).mul_(x).add_(softplusOfNegative(x)),
  gradient: (grad, [x, y], needs) => [
    needs[0] ? grad.mul(x.sigmoid().sub(y)) : undefined,
    needs[1] ? grad.neg().mul(x) : undefined,
  ],
});

/** (1 − y)x + (1 + (p − 1)y) ln(1 + e⁻ˣ). */
function withPositiveWeight(x: Tensor, y: Tensor, p: Tensor): Tensor {
  return complement(y)
    .mul(x)
    .add(p.sub(1).mul(y).add(1).mul(softplusOfNegative(x)));
}

/**
 * Binary cross-entropy of logits: −w(p·y ln σ(x) + (1 − y) ln(1 − σ(x))), element by element, then reduced; a sigmoid and `binaryCrossEntropy` in
 * one, without their rounding. The gradient is w(σ(x) − y) where p is 1.
 *
 * @param input x, logits, floating-point, of any shape.
 * @param target y, of the same shape, mostly 0 and 1, but not checked, as in PyTorch: for a y outside [0, 1] the loss may fall without
 *   end; integers and bools are converted to the input's dtype.
 * @returns a scalar, or with `reduction: 'none'` the input's shape. The mean is over all elements, whatever their weights.
 *
 * Throws `ShapeError` where the shapes differ or a weight does not broadcast, and `DTypeError` where the input is not a float, or
 * the target or a weight is of another float dtype.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.BCEWithLogitsLoss.html
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyWithLogitsOptions = {},
): Tensor {
  const {
    weight,
    posWeight,
    reduction = 'mean',
  } = checkOptions('binaryCrossEntropyWithLogits', options, {
    weight: true,
    posWeight: true,
    reduction: true,
  });
  const y = matchingTarget('binaryCrossEntropyWithLogits', input, target);
  const losses =
    posWeight === undefined
      ? elementwise(input, y)
      : withPositiveWeight(
          input,
          y,
          broadcastWeight('binaryCrossEntropyWithLogits', 'posWeight', posWeight, input),
        );
  const weighted =
    weight === undefined
      ? losses
      : losses.mul(broadcastWeight('binaryCrossEntropyWithLogits', 'weight', weight, input));
  return reduce('binaryCrossEntropyWithLogits', weighted, reduction);
}
