import { assertRange } from '../../assert-range.ts';
import { customGradient } from '../../autograd/custom-gradient.ts';
import { pairLoss } from '../../ops/pair-loss.ts';
import { checkOptions } from '../../options.ts';
import type { Tensor } from '../../tensor.ts';
import { fusedPairLoss } from './fused-loss.ts';
import { broadcastWeight, matchingTarget } from './loss-operands.ts';
import { type Reduction, reduce } from './loss-reduction.ts';

export interface BinaryCrossEntropyOptions {
  /** Factor of each element's loss; broadcasts to the input. Default: none. */
  readonly weight?: Tensor | undefined;
  /** Default `'mean'`. */
  readonly reduction?: Reduction;
}

const LOWEST_LOG = -100;
const SMALLEST_SLOPE = 1e-12;

/** ln(1 − x), exact near 0. */
const logOfComplement = (x: Tensor): Tensor => x.neg().log1p();

/** The losses of the elements. At 0 and 1 the logarithm has no slope to follow, so the gradient is given. */
const elementwise = customGradient('binaryCrossEntropy', {
  forward: (x: Tensor, y: Tensor) =>
    y
      .sub(1)
      .mul(logOfComplement(x).clamp(LOWEST_LOG))
      .sub(y.mul(x.log().clamp(LOWEST_LOG))),
  gradient: (grad, [x, y], needs) => [
    needs[0] ? grad.mul(x.sub(y)).div(x.neg().add(1).mul(x).clamp(SMALLEST_SLOPE)) : undefined,
    needs[1] ? grad.mul(logOfComplement(x).sub(x.log())) : undefined,
  ],
});

/** The same, summed and divided, in one kernel. */
const fused = pairLoss('bce', {
  slope: (x, y, g) => g.mul(x.sub(y)).div(x.neg().add(1).mul(x).clamp(SMALLEST_SLOPE)),
  targetSlope: (x, _, g) => g.mul(logOfComplement(x).sub(x.log())),
});

/**
 * The mean or sum of −(y ln x + (1 − y) ln(1 − x)) for tensors of one shape and float dtype, with logarithms of −100 or more, in one
 * kernel, where there is one.
 */
export const fusedBce = (x: Tensor, y: Tensor, reduction: Reduction): Tensor | undefined =>
  fusedPairLoss('bce', fused, x, y, reduction);

const assertUnit = (tensor: Tensor, expected: string, rest: string): void =>
  assertRange(tensor, { low: 0, high: 1, except: Number.NaN, expected, rest });

/**
 * Binary cross-entropy of probabilities: −w(y ln x + (1 − y) ln(1 − x)), element by element, then reduced. Logarithms stop at
 * −100, so that a wrong certainty costs 100 and not ∞; the gradient is w(x − y) / max(x(1 − x), 10⁻¹²).
 *
 * Where the model ends in a sigmoid only for this loss, `binaryCrossEntropyWithLogits` is more exact.
 *
 * @param input x, probabilities in [0, 1], floating-point, of any shape. A NaN gives a NaN loss, where PyTorch
 *   refuses it as out of range.
 * @param target y in [0, 1], of the same shape, mostly 0 and 1; integers and bools are converted to the input's dtype.
 * @returns a scalar, or with `reduction: 'none'` the input's shape. The mean is over all elements, whatever their weights.
 *
 * Throws `ArgumentError` for an input or target outside [0, 1], `ShapeError` where the shapes differ or the weight does not broadcast, and
 * `DTypeError` where the input is not a float, or the target or weight is of another float dtype.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.BCELoss.html
 */
export function binaryCrossEntropy(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  const { weight, reduction = 'mean' } = checkOptions('binaryCrossEntropy', options, {
    weight: true,
    reduction: true,
  });
  const y = matchingTarget('binaryCrossEntropy', input, target);
  assertUnit(
    input,
    'binaryCrossEntropy: expected probabilities in [0, 1]',
    '; end the model in a sigmoid or use binaryCrossEntropyWithLogits',
  );
  if (target.dtype !== 'bool')
    assertUnit(target, 'binaryCrossEntropy: expected targets in [0, 1]', ' of the target');
  if (weight === undefined) {
    return fusedBce(input, y, reduction) ?? reduce('binaryCrossEntropy', elementwise(input, y), reduction);
  }
  return reduce(
    'binaryCrossEntropy',
    elementwise(input, y).mul(broadcastWeight('binaryCrossEntropy', 'weight', weight, input)),
    reduction,
  );
}
