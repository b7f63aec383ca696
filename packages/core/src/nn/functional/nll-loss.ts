import { checkOptions } from '../../options.ts';
import type { Tensor } from '../../tensor.ts';
import { assertClassTarget, type ClassLossOptions, classLoss, classScores } from './class-target.ts';

/**
 * Negative log-likelihood: −w_y x_y for the true class y, then reduced. The mean is weighted: Σ loss / Σ w_y over
 * all places that are not ignored.
 *
 * @param input x, log-probabilities (as from `logSoftmax`), floating-point, [C], [N, C] or [N, C, d1, …].
 * @param target class indices y in [0, C), int32 or uint8, of the input's shape without C.
 * @returns a scalar, or with `reduction: 'none'` the target's shape. NaN for a mean over nothing.
 *
 * Throws `ShapeError` for shapes that do not belong together and class indices out of range, `DTypeError` where the input is not
 * a float, the target not an integer, or the weight of another float dtype.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.NLLLoss.html
 */
export function nllLoss(input: Tensor, target: Tensor, options: ClassLossOptions = {}): Tensor {
  checkOptions('nllLoss', options, { weight: true, ignoreIndex: true, reduction: true });
  const scores = classScores('nllLoss', 'log-probabilities', input);
  assertClassTarget(scores, target, options);
  return classLoss(scores, target, options);
}
