import { checkOptions } from '../../options.ts';
import type { Tensor } from '../../tensor.ts';
import { matchingTarget } from './loss-operands.ts';
import { type LossOptions, reduce } from './loss-reduction.ts';

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
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const { reduction = 'mean' } = checkOptions('l1Loss', options, { reduction: true });
  const y = matchingTarget('l1Loss', input, target);
  return reduce('l1Loss', input.sub(y).abs(), reduction);
}
