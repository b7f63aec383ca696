import type { Tensor } from '@kindling/core';
import type { z } from 'zod';
import type { Descriptor, Zod } from '../descriptor.ts';

/** What a target may be: the index of a class, one number for each class that is 1 at that of the sample, or any numbers. */
export type TargetKind = 'index' | 'oneHot' | 'value';

/** What a loss takes the model's outputs for. */
export type OutputKind = 'values' | 'logits' | 'probabilities' | 'logProbabilities';

/** A function that gives the loss of a batch. */
type Loss = (output: Tensor, target: Tensor, options?: never) => Tensor;

/** A loss that experiments can name: what else has to be known of it than its function. */
export interface LossDescriptor<
  N extends string = string,
  S extends z.core.$ZodLooseShape = z.core.$ZodLooseShape,
  L extends Loss = Loss,
> extends Descriptor<N, S> {
  readonly loss: L;
  readonly targets: readonly TargetKind[];
  readonly outputs: OutputKind;
  /** Whether each output by itself is about the probability of a yes, so that targets are in [0, 1]. Default false. */
  readonly isBinary?: boolean;
  /** Options that are lists of numbers in an experiment and tensors in a call. */
  readonly tensors?: readonly string[];
}

/** Declares a loss. */
export const defineLoss = <const N extends string, S extends z.core.$ZodLooseShape, L extends Loss>(
  descriptor: LossDescriptor<N, S, L>,
): LossDescriptor<N, S, L> => descriptor;

/** Whether a loss takes targets of this kind. */
export const takesTarget = ({ targets }: LossDescriptor, kind: TargetKind): boolean => targets.includes(kind);

/** The option of every loss in an experiment, which needs one number to make small. */
export const reductionOption = (z: Zod) =>
  z.enum(['mean', 'sum']).default('mean').describe('Reduction of the losses of the elements to one number.');

/** Weights of classes. */
export const classWeightOption = (z: Zod) =>
  z.array(z.number().min(0)).min(1).optional().describe('Weight of each class. Default: equal weights.');

/** Probabilities of what a model gives: of the classes along axis 1, or of a yes for each output. Values stay as they are. */
export function toProbabilities({ outputs, isBinary = false }: LossDescriptor, output: Tensor): Tensor {
  switch (outputs) {
    case 'logits':
      return isBinary ? output.sigmoid() : output.softmax(1);
    case 'logProbabilities':
      return output.exp();
    default:
      return output;
  }
}
