import { pairLoss } from '../../ops/pair-loss.ts';
import { checkOptions } from '../../options.ts';
import type { Tensor } from '../../tensor.ts';
import { fusedPairLoss } from './fused-loss.ts';
import { matchingTarget } from './loss-operands.ts';
import { type LossOptions, type Reduction, reduce } from './loss-reduction.ts';

/** (x − y)². */
const mse = pairLoss('mse', {
  slope: (x, y, g) => g.mul(x.sub(y).mul(2)),
  targetSlope: (x, y, g) => g.mul(y.sub(x).mul(2)),
});

/** The mean or sum of (x − y)² for tensors of one shape and float dtype, in one kernel, where there is one. */
export const fusedMse = (x: Tensor, y: Tensor, reduction: Reduction): Tensor | undefined =>
  fusedPairLoss('mse', mse, x, y, reduction);

/**
 * Squared error: (x − y)², element by element, then reduced.
 *
 * @param input x, floating-point, of any shape.
 * @param target y, of the same shape; integers and bools are converted to the input's dtype.
 * @returns a scalar, or with `reduction: 'none'` the input's shape.
 *
 * Throws `ShapeError` where the shapes differ: PyTorch warns and broadcasts there, but a [4, 1] against a [4] gives
 * the errors of 16 pairs, which is nearly always a mistake. Throws `DTypeError` where the input is not a float, or the target is of
 * another float dtype.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.MSELoss.html
 */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const { reduction = 'mean' } = checkOptions('mseLoss', options, { reduction: true });
  const y = matchingTarget('mseLoss', input, target);
  return fusedMse(input, y, reduction) ?? reduce('mseLoss', input.sub(y).square(), reduction);
}
