import { apply } from '../autograd/apply.ts';
import { cat } from '../ops/views.ts';
import type { Tensor } from '../tensor.ts';

/**
 * A copy of a vector with values at positions; of several at one position, the last stays. The gradient of what was overwritten is 0.
 *
 * Sorted by position, those that stay are the last of their runs; the others are added as zeros.
 */
export function overwritten(target: Tensor, positions: Tensor, values: Tensor): Tensor {
  const count = positions.numel;
  if (count === 0) return target.clone();
  const order = positions.argsort(0);
  const sorted = positions.indexSelect(0, order);
  const changes = sorted.narrow(0, 1, count - 1).ne(sorted.narrow(0, 0, count - 1));
  const isLast = apply(cat, [changes, changes.newFull([1], 1)], { axis: 0 });
  const kept = values.indexSelect(0, order).maskedFill(isLast.logicalNot(), 0);
  const placed = target.newZeros(target.shape).scatterAdd(0, sorted, kept);
  const hits = sorted.newZeros(target.shape).scatterAdd(0, sorted, isLast.int());
  return placed.where(hits.ne(0), target);
}
