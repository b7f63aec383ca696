import { checkOptions, fusedMse, type Tensor } from '@kindling/core';
import { matchingTarget } from './operands.ts';
import { type Reduction, reduce } from './reduction.ts';

export interface MseOptions {
  /** Default `'mean'`. */
  readonly reduction?: Reduction;
}

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
export function mse(input: Tensor, target: Tensor, options: MseOptions = {}): Tensor {
  const { reduction = 'mean' } = checkOptions('mse', options, { reduction: true });
  const y = matchingTarget('mse', input, target);
  return fusedMse(input, y, reduction) ?? reduce('mse', input.sub(y).square(), reduction);
}
