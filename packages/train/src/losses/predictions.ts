import { cat, type Tensor } from '@kindling/core';
import { type LossName, lossDescriptor, outputKind } from './loss-descriptors.ts';

type Loss = { readonly type: LossName };

/** The first or the second half of the outputs of each sample. */
export function outputHalf(output: Tensor, half: 0 | 1): Tensor {
  const width = output.shape.at(-1)! / 2;
  return output.narrow(-1, half * width, width);
}

/**
 * What a model predicts by its outputs, in the form of the targets: probabilities of the classes along the last axis or of a yes for each
 * output, rates, or means. Values stay as they are.
 */
export function predictionsOf(loss: Loss, output: Tensor): Tensor {
  switch (outputKind(loss)) {
    case 'logits':
      return lossDescriptor(loss.type).isBinary ? output.sigmoid() : output.softmax(-1);
    case 'logProbabilities':
    case 'logRates':
      return output.exp();
    case 'meansAndLogVariances':
      return outputHalf(output, 0);
    default:
      return output;
  }
}

/**
 * The outputs of a model of numbers in the units of the data: rates; means and then standard deviations; else the outputs themselves.
 *
 * @param scale The factor that targets were multiplied with.
 */
export function outputsInUnits(loss: Loss, output: Tensor, scale: number): Tensor {
  const divided = (values: Tensor, factor: number): Tensor => (factor === 1 ? values : values.div(factor));
  switch (outputKind(loss)) {
    case 'logRates':
      return divided(output.exp(), scale);
    case 'meansAndLogVariances':
      return cat(
        [
          divided(outputHalf(output, 0), scale),
          divided(outputHalf(output, 1).mul(0.5).exp(), Math.abs(scale)),
        ],
        -1,
      );
    default:
      return divided(output, scale);
  }
}
