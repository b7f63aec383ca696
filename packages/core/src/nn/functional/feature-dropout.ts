import { assertBoolean, assertProbability, assertTensor } from '../../arguments.ts';
import { formatShape, ShapeError } from '../../errors.ts';
import { defaultGenerator } from '../../random/default-generator.ts';
import type { Generator } from '../../random/generator.ts';
import type { Tensor } from '../../tensor.ts';

function dropFeatures(
  op: string,
  input: Tensor,
  p: number,
  training: boolean,
  ranks: readonly number[],
  generator: Generator,
): Tensor {
  assertTensor(op, 'input', input);
  assertProbability(op, p);
  assertBoolean(op, 'training', training);
  if (!ranks.includes(input.ndim)) {
    throw new ShapeError(`${op}: expected ${ranks.join(' or ')} dims, got shape ${formatShape(input.shape)}`);
  }
  if (!training || p === 0) return input;
  const shape = input.shape.map((size, d) => (d < 2 ? size : 1));
  return input.mul(input.newFull(shape, 1).dropout(p, true, generator));
}

/**
 * In training, each channel of each signal [N, C, L] or [C, L] is 0 with probability p, else x/(1 − p); otherwise x itself. Default
 * p = 0.5. Draws from the default generator, in the order PyTorch does.
 *
 * @throws {ShapeError} for another rank.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.dropout1d.html
 */
export function dropout1d(
  input: Tensor,
  p = 0.5,
  training = true,
  generator: Generator = defaultGenerator,
): Tensor {
  assertTensor('dropout1d', 'input', input);
  if (input.ndim !== 2) return dropFeatures('dropout1d', input, p, training, [2, 3], generator);
  return dropFeatures('dropout1d', input.unsqueeze(0), p, training, [3], generator).squeeze(0);
}

/**
 * In training, each channel of each image [N, C, H, W] is 0 with probability p, else x/(1 − p); otherwise x itself. Default p = 0.5. What
 * has three axes is taken for signals [N, C, L], as in PyTorch. Draws from the default generator, in the order PyTorch does.
 *
 * @throws {ShapeError} for another rank.
 *
 * Sources: https://arxiv.org/abs/1411.4280, https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.dropout2d.html
 */
export function dropout2d(
  input: Tensor,
  p = 0.5,
  training = true,
  generator: Generator = defaultGenerator,
): Tensor {
  return dropFeatures('dropout2d', input, p, training, [3, 4], generator);
}
