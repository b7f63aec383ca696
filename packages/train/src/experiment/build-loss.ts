import { type Tensor, tensor } from '@kindling/core';
import { losses } from '../losses/losses.ts';
import type { LossSettings } from './loss-schema.ts';

/** The loss of a batch as a function of output and target. */
export type LossFunction = (output: Tensor, target: Tensor) => Tensor;

/**
 * The loss that an experiment names, with its options.
 *
 * @param device where the weights of classes go.
 */
export function buildLoss(settings: LossSettings, device: string): LossFunction {
  const { reduction } = settings;
  const perClass = (values: readonly number[] | undefined): Tensor | undefined =>
    values === undefined ? undefined : tensor(values, { device });
  switch (settings.type) {
    case 'mse':
    case 'l1':
    case 'bce': {
      const loss = losses[settings.type];
      return (output, target) => loss(output, target, { reduction });
    }
    case 'huber':
      return (output, target) => losses.huber(output, target, { reduction, delta: settings.delta });
    case 'bceWithLogits': {
      const posWeight = perClass(settings.posWeight);
      return (output, target) => losses.bceWithLogits(output, target, { reduction, posWeight });
    }
    case 'crossEntropy': {
      const { labelSmoothing } = settings;
      const weight = perClass(settings.weight);
      return (output, target) => losses.crossEntropy(output, target, { reduction, weight, labelSmoothing });
    }
    case 'nll': {
      const weight = perClass(settings.weight);
      return (output, target) => losses.nll(output, target, { reduction, weight });
    }
  }
}
