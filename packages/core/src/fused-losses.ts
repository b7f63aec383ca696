import { apply } from './autograd/apply.ts';
import { isFloat } from './dtype.ts';
import { bce, crossEntropy, type LossReduction, mse, type PairLossAttributes } from './ops/losses.ts';
import type { Op } from './ops/op.ts';
import { sameShape } from './shape.ts';
import type { Tensor } from './tensor.ts';

/* Losses that some engines compute in one kernel, as the composition would. They give undefined where there is none for the case. */

const together = (x: Tensor, y: Tensor): boolean =>
  isFloat(x.dtype) && x.numel > 0 && x.storage.backend === y.storage.backend;

function pairLoss(
  kind: 'mse' | 'bce',
  op: Op<PairLossAttributes>,
  x: Tensor,
  y: Tensor,
  reduction: string,
): Tensor | undefined {
  const fits = together(x, y) && x.dtype === y.dtype && sameShape(x.shape, y.shape);
  if (!fits || !x.storage.backend.supports(kind)) return undefined;
  if (reduction !== 'mean' && reduction !== 'sum') return undefined;
  return apply(op, [x, y], { divisor: reduction === 'mean' ? x.numel : 1 });
}

/** The mean or sum of (x − y)² for tensors of one shape and float dtype. */
export const fusedMse = (x: Tensor, y: Tensor, reduction: LossReduction): Tensor | undefined =>
  pairLoss('mse', mse, x, y, reduction);

/** The mean or sum of −(y ln x + (1 − y) ln(1 − x)) for tensors of one shape and float dtype, with logarithms of −100 or more. */
export const fusedBce = (x: Tensor, y: Tensor, reduction: LossReduction): Tensor | undefined =>
  pairLoss('bce', bce, x, y, reduction);

/**
 * −ln softmax(x) at the target, reduced, for logits [N, C] and class indices [N] as int32 or uint8, which are all in [0, C) or
 * `ignoreIndex`. The mean is over what is not ignored.
 */
export function fusedCrossEntropy(
  x: Tensor,
  target: Tensor,
  attributes: { readonly ignoreIndex: number; readonly reduction: LossReduction },
): Tensor | undefined {
  const isIndex = target.dtype === 'int32' || target.dtype === 'uint8';
  const fits = together(x, target) && isIndex && x.ndim === 2 && sameShape(target.shape, x.shape.slice(0, 1));
  return fits && x.storage.backend.supports('crossEntropy')
    ? apply(crossEntropy, [x, target], attributes)
    : undefined;
}
