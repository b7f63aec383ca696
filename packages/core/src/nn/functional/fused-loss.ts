import { apply } from '../../autograd/apply.ts';
import { isFloat } from '../../dtype.ts';
import type { Op } from '../../ops/op.ts';
import type { PairLossAttributes } from '../../ops/pair-loss.ts';
import { sameShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import type { Reduction } from './loss-reduction.ts';

/** Whether two tensors of a loss are where one kernel could take them. */
export const together = (x: Tensor, y: Tensor): boolean =>
  isFloat(x.dtype) && x.numel > 0 && x.storage.backend === y.storage.backend;

/** The mean or sum of a loss over pairs of elements, in one kernel; undefined where the engine or the case asks for more than that. */
export function fusedPairLoss(
  kind: 'mse' | 'bce',
  op: Op<PairLossAttributes>,
  x: Tensor,
  y: Tensor,
  reduction: Reduction,
): Tensor | undefined {
  const fits = together(x, y) && x.dtype === y.dtype && sameShape(x.shape, y.shape);
  if (!fits || !x.storage.backend.supports(kind)) return undefined;
  if (reduction !== 'mean' && reduction !== 'sum') return undefined;
  return apply(op, [x, y], { divisor: reduction === 'mean' ? x.numel : 1 });
}
