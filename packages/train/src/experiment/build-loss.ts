import { type Tensor, tensor } from '@kindling/core';
import { lossDescriptor } from '../losses/loss-descriptors.ts';
import { losses } from '../losses/losses.ts';
import { byPosition } from '../losses/positions.ts';
import type { LossSettings } from './loss-schema.ts';

/** The loss of a batch as a function of output and target. */
export type LossFunction = (output: Tensor, target: Tensor) => Tensor;

/**
 * The loss that an experiment names, with its options.
 *
 * @param device where the weights of classes go, in the dtype of the model.
 */
export function buildLoss(
  { type, ...settings }: LossSettings,
  device: string,
  dtype: 'float32' | 'float64' = 'float32',
): LossFunction {
  const { tensors = [], targets } = lossDescriptor(type);
  const options: Record<string, unknown> = { ...settings };
  for (const name of tensors) {
    const values = options[name] as readonly number[] | undefined;
    if (values !== undefined) options[name] = tensor(values, { device, dtype });
  }
  const loss: (output: Tensor, target: Tensor, options: never) => Tensor = losses[type];
  // The function takes what its descriptor has the schema of.
  if (!targets.includes('index')) return (output, target) => loss(output, target, options as never);
  return (output, target) => loss(...byPosition(output, target), options as never);
}
