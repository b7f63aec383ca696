import * as z from 'zod';
import { byType, type Descriptor, type OptionsOf } from '../descriptor.ts';
import { lazily } from '../lazily.ts';

/** What a target may be: the index of a class, one number for each class that is 1 at that of the sample, or any numbers. */
export type TargetKind = 'index' | 'oneHot' | 'value';

/** What the outputs of a model are: `predictionsOf` makes predictions of them. */
export type OutputKind =
  | 'values'
  | 'logits'
  | 'probabilities'
  | 'logProbabilities'
  | 'logRates'
  | 'meansAndLogVariances';

/** The numbers that a loss takes as targets. */
export interface TargetDomain {
  contains(value: number): boolean;
  /** As a message has it: `in [0, 1]`. */
  readonly text: string;
  readonly hint?: string;
}

/** A loss that experiments can name. The function of that name is in the table `losses`. */
export interface LossDescriptor<S extends z.core.$ZodLooseShape = z.core.$ZodLooseShape>
  extends Descriptor<string, S> {
  readonly targets: readonly TargetKind[];
  /** What it takes the model's outputs for, unless {@link outputsWith} tells. */
  readonly outputs: OutputKind;
  /** What it takes them for, where an option decides. */
  outputsWith?(options: OptionsOf<() => S>): OutputKind;
  /** Numbers that the model gives for each target. Default 1. */
  readonly outputsPerTarget?: number;
  /** Values that targets have. Default: any. */
  readonly domain?: TargetDomain;
  /** Whether outputs decide between classes, so that metrics of classes can be taken. Default true. */
  readonly decides?: boolean;
  /** Whether each output by itself is about the probability of a yes, so that targets are in [0, 1]. Default false. */
  readonly isBinary?: boolean;
  /** Options that are lists of numbers in an experiment and tensors in a call. */
  readonly tensors?: readonly string[];
}

const reduction = lazily(() =>
  z.enum(['mean', 'sum']).default('mean').describe('Reduction of the losses of the elements to one number.'),
);
const probability: TargetDomain = {
  contains: (value) => value >= 0 && value <= 1,
  text: 'in [0, 1]',
  hint: 'for other classes use crossEntropy, with data.target "index" and labels from 0',
};
const outputWeight = lazily(() =>
  z.array(z.number().min(0)).min(1).optional().describe('Weight of each output. Default: equal weights.'),
);
const ignoreIndex = lazily(() =>
  z.int().min(0).optional().describe('A class whose samples do not count. Default: none.'),
);
const full = lazily(() => z.boolean().default(false).describe('Add the constant terms of the likelihood.'));
const poisson = lazily(() => ({
  reduction: reduction(),
  logInput: z.boolean().default(true).describe('Whether outputs are logarithms of rates.'),
  full: full(),
  eps: z.number().positive().default(1e-8).describe('Added to a rate before its logarithm.'),
}));
const classWeight = lazily(() =>
  z.array(z.number().min(0)).min(1).optional().describe('Weight of each class. Default: equal weights.'),
);

/** Every loss that experiments can name. */
export const lossDescriptors = [
  {
    type: 'mse',
    description: 'Mean squared error.',
    options: () => ({ reduction: reduction() }),
    targets: ['value', 'oneHot'],
    outputs: 'values',
  },
  {
    type: 'l1',
    description: 'Mean absolute error.',
    options: () => ({ reduction: reduction() }),
    targets: ['value', 'oneHot'],
    outputs: 'values',
  },
  {
    type: 'huber',
    description: 'Squared near 0, absolute beyond delta.',
    options: () => ({ reduction: reduction(), delta: z.number().positive().default(1) }),
    targets: ['value', 'oneHot'],
    outputs: 'values',
  },
  {
    type: 'bce',
    description: 'Binary cross-entropy of probabilities; the model ends in a sigmoid.',
    options: () => ({ reduction: reduction(), weight: outputWeight() }),
    targets: ['value', 'oneHot'],
    outputs: 'probabilities',
    isBinary: true,
    domain: probability,
    tensors: ['weight'],
  },
  {
    type: 'bceWithLogits',
    description: 'Binary cross-entropy of logits; the model has no sigmoid at the end.',
    options: () => ({
      reduction: reduction(),
      weight: outputWeight(),
      posWeight: z
        .array(z.number().positive())
        .min(1)
        .optional()
        .describe('Weight of a yes, for each output. Default: 1.'),
    }),
    targets: ['value', 'oneHot'],
    outputs: 'logits',
    isBinary: true,
    domain: probability,
    tensors: ['weight', 'posWeight'],
  },
  {
    type: 'crossEntropy',
    description: 'Cross-entropy of logits; the model has no softmax at the end.',
    options: () => ({
      reduction: reduction(),
      labelSmoothing: z.number().min(0).max(1).default(0),
      weight: classWeight(),
      ignoreIndex: ignoreIndex(),
    }),
    targets: ['index', 'oneHot'],
    outputs: 'logits',
    tensors: ['weight'],
  },
  {
    type: 'nll',
    description: 'Negative log-likelihood; the model ends in a logSoftmax.',
    options: () => ({ reduction: reduction(), weight: classWeight(), ignoreIndex: ignoreIndex() }),
    targets: ['index'],
    outputs: 'logProbabilities',
    tensors: ['weight'],
  },
  {
    type: 'klDiv',
    description: 'Kullback-Leibler divergence of probabilities; the model ends in a logSoftmax.',
    options: () => ({
      reduction: z
        .enum(['mean', 'sum', 'batchmean'])
        .default('mean')
        .describe(
          'Reduction to one number; batchmean is the divergence: the sum over the number of samples.',
        ),
      logTarget: z.boolean().default(false).describe('Whether targets are logarithms of probabilities.'),
    }),
    targets: ['value', 'oneHot'],
    outputs: 'logProbabilities',
  },
  {
    type: 'smoothL1',
    description: 'Squared near 0, absolute beyond beta: Huber over beta.',
    options: () => ({ reduction: reduction(), beta: z.number().min(0).default(1) }),
    targets: ['value', 'oneHot'],
    outputs: 'values',
  },
  {
    type: 'poissonNll',
    description: 'Negative log-likelihood of counts; the model gives the logarithm of the rate.',
    options: poisson,
    targets: ['value'],
    outputs: 'logRates',
    outputsWith: ({ logInput }: OptionsOf<typeof poisson>) => (logInput ? 'logRates' : 'values'),
    domain: { contains: (value) => value >= 0, text: 'of at least 0' },
    decides: false,
  },
  {
    type: 'gaussianNll',
    description:
      'Negative log-likelihood of normal distributions; the model gives all means, then the logarithms of all variances.',
    options: () => ({
      reduction: reduction(),
      full: full(),
      eps: z.number().positive().default(1e-6).describe('The smallest variance.'),
    }),
    targets: ['value'],
    outputs: 'meansAndLogVariances',
    outputsPerTarget: 2,
    decides: false,
  },
  {
    type: 'hingeEmbedding',
    description:
      'The output where the target is 1, max(0, margin − output) where it is −1; outputs are distances.',
    options: () => ({ reduction: reduction(), margin: z.number().default(1) }),
    targets: ['value'],
    outputs: 'values',
    domain: { contains: (value) => value === 1 || value === -1, text: 'of 1 or -1' },
    decides: false,
  },
] as const satisfies readonly LossDescriptor[];

const known = byType(lossDescriptors);

export type LossName = keyof typeof known;

/** The descriptor of a loss by its name. */
export const lossDescriptor = (type: LossName): LossDescriptor => known[type];

/** Whether a loss takes targets of this kind. */
export const takesTarget = ({ targets }: LossDescriptor, kind: TargetKind): boolean => targets.includes(kind);

/** What a loss with these options takes the model's outputs for. */
export function outputKind(loss: { readonly type: LossName }): OutputKind {
  const descriptor = lossDescriptor(loss.type);
  return descriptor.outputsWith?.(loss) ?? descriptor.outputs;
}

/** Numbers that a model with this loss gives for each target. */
export const outputsPerTarget = ({ type }: { readonly type: LossName }): number =>
  lossDescriptor(type).outputsPerTarget ?? 1;
