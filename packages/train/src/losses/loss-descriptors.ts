import type { Tensor } from '@kindling/core';
import { z } from 'zod';
import { byType, type Descriptor } from '../descriptor.ts';

/** What a target may be: the index of a class, one number for each class that is 1 at that of the sample, or any numbers. */
export type TargetKind = 'index' | 'oneHot' | 'value';

/** A loss that experiments can name. The function of that name is in the table `losses`. */
export interface LossDescriptor extends Descriptor {
  readonly targets: readonly TargetKind[];
  /** What it takes the model's outputs for. */
  readonly outputs: 'values' | 'logits' | 'probabilities' | 'logProbabilities';
  /** Whether each output by itself is about the probability of a yes, so that targets are in [0, 1]. Default false. */
  readonly isBinary?: boolean;
  /** Options that are lists of numbers in an experiment and tensors in a call. */
  readonly tensors?: readonly string[];
}

const reduction = z
  .enum(['mean', 'sum'])
  .default('mean')
  .describe('Reduction of the losses of the elements to one number.');
const classWeight = z
  .array(z.number().min(0))
  .min(1)
  .optional()
  .describe('Weight of each class. Default: equal weights.');

/** Every loss that experiments can name. */
export const lossDescriptors = [
  {
    type: 'mse',
    description: 'Mean squared error.',
    options: { reduction },
    targets: ['value', 'oneHot'],
    outputs: 'values',
  },
  {
    type: 'l1',
    description: 'Mean absolute error.',
    options: { reduction },
    targets: ['value', 'oneHot'],
    outputs: 'values',
  },
  {
    type: 'huber',
    description: 'Squared near 0, absolute beyond delta.',
    options: { reduction, delta: z.number().positive().default(1) },
    targets: ['value', 'oneHot'],
    outputs: 'values',
  },
  {
    type: 'bce',
    description: 'Binary cross-entropy of probabilities; the model ends in a sigmoid.',
    options: { reduction },
    targets: ['value', 'oneHot'],
    outputs: 'probabilities',
    isBinary: true,
  },
  {
    type: 'bceWithLogits',
    description: 'Binary cross-entropy of logits; the model has no sigmoid at the end.',
    options: { reduction, posWeight: z.array(z.number().positive()).min(1).optional() },
    targets: ['value', 'oneHot'],
    outputs: 'logits',
    isBinary: true,
    tensors: ['posWeight'],
  },
  {
    type: 'crossEntropy',
    description: 'Cross-entropy of logits; the model has no softmax at the end.',
    options: { reduction, labelSmoothing: z.number().min(0).max(1).default(0), weight: classWeight },
    targets: ['index', 'oneHot'],
    outputs: 'logits',
    tensors: ['weight'],
  },
  {
    type: 'nll',
    description: 'Negative log-likelihood; the model ends in a logSoftmax.',
    options: { reduction, weight: classWeight },
    targets: ['index'],
    outputs: 'logProbabilities',
    tensors: ['weight'],
  },
  {
    type: 'klDiv',
    description: 'Kullback-Leibler divergence of probabilities; the model ends in a logSoftmax.',
    options: {
      reduction: z
        .enum(['mean', 'sum', 'batchmean'])
        .default('mean')
        .describe(
          'Reduction to one number; batchmean is the divergence: the sum over the number of samples.',
        ),
      logTarget: z.boolean().default(false).describe('Whether targets are logarithms of probabilities.'),
    },
    targets: ['value', 'oneHot'],
    outputs: 'logProbabilities',
  },
  {
    type: 'smoothL1',
    description: 'Squared near 0, absolute beyond beta: Huber over beta.',
    options: { reduction, beta: z.number().min(0).default(1) },
    targets: ['value', 'oneHot'],
    outputs: 'values',
  },
] as const satisfies readonly LossDescriptor[];

const known = byType(lossDescriptors);

export type LossName = keyof typeof known;

/** The descriptor of a loss by its name. */
export const lossDescriptor = (type: LossName): LossDescriptor => known[type];

/** Whether a loss takes targets of this kind. */
export const takesTarget = ({ targets }: LossDescriptor, kind: TargetKind): boolean => targets.includes(kind);

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
