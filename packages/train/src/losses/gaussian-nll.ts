import { nn, ShapeError, type Tensor } from '@kindling/core';
import { assertTensor, formatShape } from '@kindling/core/internal';
import { outputHalf } from './predictions.ts';

/**
 * `nn.functional.gaussianNllLoss` of a model that gives the mean of each target and, behind all means, the logarithm of each variance:
 * outputs [N, 2k] for targets [N, k].
 *
 * @throws {ShapeError} for outputs of another size.
 */
export function gaussianNll(
  output: Tensor,
  target: Tensor,
  options: nn.functional.GaussianNLLLossOptions = {},
): Tensor {
  assertTensor('gaussianNll', 'output', output);
  assertTensor('gaussianNll', 'target', target);
  const [width = 0, targets = 0] = [output.shape.at(-1), target.shape.at(-1)];
  if (output.ndim === 0 || width !== 2 * targets) {
    throw new ShapeError(
      `gaussianNll: expected an output of ${2 * targets} numbers a sample, a mean and the logarithm of a variance for each target, got shapes ${formatShape(output.shape)} and ${formatShape(target.shape)}`,
    );
  }
  return nn.functional.gaussianNllLoss(outputHalf(output, 0), target, outputHalf(output, 1).exp(), options);
}
