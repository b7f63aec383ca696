import { assertBoolean } from '../../arguments.ts';
import { customGradient } from '../../autograd/custom-gradient.ts';
import { checkOptions } from '../../options.ts';
import type { Tensor } from '../../tensor.ts';
import { matchingTarget } from './loss-operands.ts';
import { assertReduction, type Reduction, reduce } from './loss-reduction.ts';

export interface KLDivOptions {
  /** The target holds logarithms too. Default false. */
  readonly logTarget?: boolean;
  /** `'batchmean'` is the sum over the size of the first axis: the divergence proper. Default `'mean'`, over all elements. */
  readonly reduction?: Reduction | 'batchmean';
}

/** y ln y, which is 0 at 0. The slope ln y + 1 is −∞ there; as in PyTorch it is NaN. */
const entropy = customGradient('klDiv', {
  forward: (y: Tensor) => y.mul(y.where(y.ne(0), 1).log()),
  gradient: (grad, [y]) => [grad.mul(y.log().maskedFill(y.eq(0), 0).add(y.div(y)))],
});

/**
 * Kullback-Leibler divergence: y(ln y − x) with x = ln of the predicted probability, element by element, then reduced;
 * eʸ(y − x) with `logTarget`.
 *
 * @param input x, log-probabilities (as from `logSoftmax`), floating-point, of any shape.
 * @param target y, probabilities (log-probabilities with `logTarget`), of the same shape.
 * @returns a scalar, or with `reduction: 'none'` the input's shape. The default `'mean'` divides by the number of elements,
 *   as in PyTorch, which is smaller than the divergence; `'batchmean'` is the mathematical one.
 *
 * Throws `ArgumentError` for another reduction, `ShapeError` where the shapes differ (PyTorch broadcasts), and `DTypeError` where the
 * input is not a float, or the target is of another float dtype.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.KLDivLoss.html
 */
export function klDiv(input: Tensor, target: Tensor, options: KLDivOptions = {}): Tensor {
  const { logTarget = false, reduction = 'mean' } = checkOptions('klDiv', options, {
    logTarget: true,
    reduction: true,
  });
  assertBoolean('klDiv', 'logTarget', logTarget);
  assertReduction('klDiv', reduction, ['mean', 'sum', 'none', 'batchmean']);
  const y = matchingTarget('klDiv', input, target);
  const losses = logTarget ? y.exp().mul(y.sub(input)) : entropy(y).sub(y.mul(input));
  if (reduction !== 'batchmean') return reduce('klDiv', losses, reduction);
  return losses.sum().div(input.shape[0] ?? 1);
}
