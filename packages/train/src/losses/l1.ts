import type { Tensor } from '@kindling/core';
import { checkOptions } from '@kindling/core';
import { matchingTarget } from './operands.ts';
import { type Reduction, reduce } from './reduction.ts';

export interface L1Options {
  /** Default `'mean'`. */
  readonly reduction?: Reduction;
}

/**
 * Absolute error: |x − y|, element by element, then reduced. The gradient is sign(x − y), 0 where they are equal.
 *
 * @param input x, floating-point, of any shape.
 * @param target y, of the same shape; integers and bools are converted to the input's dtype.
 * @returns a scalar, or with `reduction: 'none'` the input's shape.
 *
 * Throws `ShapeError` where the shapes differ (PyTorch warns and broadcasts), and `DTypeError` where the input is not a float,
 * or the target is of another float dtype.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.L1Loss.html
 */
export function l1(input: Tensor, target: Tensor, options: L1Options = {}): Tensor {
  const { reduction = 'mean' } = checkOptions('l1', options, { reduction: true });
  const y = matchingTarget('l1', input, target);
  return reduce('l1', input.sub(y).abs(), reduction);
}
