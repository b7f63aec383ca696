import { formatShape } from '@kindling/core/internal/errors';
import * as z from 'zod';
import type { OptionsOf } from '../descriptor.ts';
import { lazily } from '../lazily.ts';
import { activationDescriptors } from './activation-descriptors.ts';
import { convolutionDescriptors } from './convolution-descriptors.ts';
import { initSchema } from './init-schema.ts';
import { axisOf, type LayerDescriptor, type Shape } from './layer-descriptor.ts';
import { poolingDescriptors } from './pooling-descriptors.ts';
import { sequenceLayerDescriptors } from './sequence-layer-descriptors.ts';
import { spatialProblem } from './spatial-shape.ts';

/** A size of a tensor; more would not fit into one. */
const size = lazily(() =>
  z
    .int()
    .positive()
    .max(2 ** 31 - 1),
);
const share = lazily(() => z.number().min(0).lt(1));
const eps = lazily(() => z.number().positive().default(1e-5));
const affine = lazily(() => z.boolean().default(true).describe('Scale and shift by learned parameters.'));

const linear = lazily(() => ({
  out: size().describe('Number of outputs.'),
  in: size().optional().describe('Number of inputs. Default: the number of outputs of the previous layer.'),
  bias: z.boolean().default(true),
  init: z
    .strictObject({ weight: initSchema().optional(), bias: initSchema().optional() })
    .describe("Initial values. Default: PyTorch's, U(−1/√in, 1/√in) for both.")
    .optional(),
}));
const embedding = lazily(() => ({
  numEmbeddings: size()
    .max(2 ** 24)
    .describe('Number of vectors; inputs are indices below it.'),
  embeddingDim: size().describe('Size of each vector.'),
  paddingIdx: z.int().optional().describe('Index whose vector is 0 and stays so; negative from the end.'),
  maxNorm: z
    .number()
    .positive()
    .optional()
    .describe('Largest norm of a vector; longer ones are scaled down.'),
  normType: z.number().positive().default(2).describe('The p of that norm.'),
  init: z
    .strictObject({ weight: initSchema().optional() })
    .describe("Initial values. Default: PyTorch's, N(0, 1).")
    .optional(),
}));
const groupNorm = lazily(() => ({
  numGroups: size().describe('Number of groups of the channels.'),
  eps: eps(),
  affine: affine(),
}));
const instanceNorm = lazily(() => ({
  eps: eps(),
  affine: z.boolean().default(false).describe('Scale and shift by learned parameters.'),
}));
const reshape = lazily(() => ({ shape: z.array(size()).min(1).max(4).describe('Shape of each sample.') }));
const flatten = lazily(() => ({
  startDim: z.int().min(1).default(1).describe('First axis to merge; 1 is the first of a sample.'),
  endDim: z.int().default(-1).describe('Last axis to merge; negative from the end.'),
}));

/** Positions in a sample's shape of the first and the last axis that are merged. */
const mergedAxes = ({ startDim, endDim }: OptionsOf<typeof flatten>, input: Shape) =>
  [axisOf(startDim, input), axisOf(endDim, input)] as const;

/** What keeps samples from being signals or images. */
const imageProblem = (input: Shape) => spatialProblem(input, input.length === 2 ? 1 : 2);

/** Every layer that experiments can name but those that hold others. Sizes that are left out follow from the layer before, or from the data. */
export const plainLayerDescriptors = [
  {
    type: 'linear',
    description: 'y = x Wᵀ + b',
    options: linear,
    outputShape: ({ out }: OptionsOf<typeof linear>, input: Shape) => [...input.slice(0, -1), out],
    problem: ({ in: inputs }: OptionsOf<typeof linear>, input: Shape) => {
      const last = input.at(-1) ?? 1;
      if (inputs === undefined || inputs === last || Number.isNaN(last)) return undefined;
      const message = `expected ${last}, the last size of the input shape ${formatShape(input)}, got ${inputs}`;
      return { option: 'in', message, suggestion: last };
    },
    parameters: ({ bias }: OptionsOf<typeof linear>) => (bias ? ['weight', 'bias'] : ['weight']),
    takes: 'features',
  },
  ...activationDescriptors,
  {
    type: 'layerNorm',
    description: 'Normalizes each sample over its last axis, then scales and shifts.',
    options: () => ({ eps: eps(), elementwiseAffine: affine() }),
    takes: 'features',
  },
  {
    type: 'batchNorm',
    description:
      'Normalizes each feature, or each channel of signals or images, over the batch, then scales and shifts.',
    options: () => ({
      eps: eps(),
      momentum: z
        .number()
        .min(0)
        .max(1)
        .nullable()
        .default(0.1)
        .describe('Weight of a batch in the running statistics; null: all batches alike.'),
      affine: affine(),
      trackRunningStats: z
        .boolean()
        .default(true)
        .describe('Keep running statistics for evaluation; else each batch is normalized by its own.'),
    }),
    isOverBatch: true,
    takes: 'features',
  },
  {
    type: 'groupNorm',
    description:
      'Normalizes each sample over groups of its channels, the first axis, then scales and shifts.',
    options: groupNorm,
    problem: ({ numGroups }: OptionsOf<typeof groupNorm>, [channels = 1]: Shape) =>
      channels % numGroups > 0
        ? {
            option: 'numGroups',
            message: `expected a divisor of ${channels}, the number of channels, got ${numGroups}`,
          }
        : undefined,
    takes: 'features',
  },
  {
    type: 'dropout',
    description: 'In training, sets each value to 0 with probability p and scales the others by 1 / (1 − p).',
    options: () => ({ p: share().default(0.5) }),
  },
  {
    type: 'embedding',
    description: 'A learned vector for each index; the first layer, whose inputs are integers from 0.',
    options: embedding,
    outputShape: ({ embeddingDim }: OptionsOf<typeof embedding>, input: Shape) => [...input, embeddingDim],
    problem: ({ numEmbeddings, paddingIdx = 0 }: OptionsOf<typeof embedding>) =>
      paddingIdx < -numEmbeddings || paddingIdx >= numEmbeddings
        ? {
            option: 'paddingIdx',
            message: `expected an index in [${-numEmbeddings}, ${numEmbeddings - 1}], got ${paddingIdx}`,
          }
        : undefined,
    parameters: () => ['weight'],
    indices: 'numEmbeddings',
  },
  {
    type: 'flatten',
    description: 'Merges axes of each sample, by default all into one.',
    options: flatten,
    outputShape: (options: OptionsOf<typeof flatten>, input: Shape) => {
      const [start, end] = mergedAxes(options, input);
      const merged = input.slice(start, end + 1).reduce((product, size) => product * size, 1);
      return [...input.slice(0, start), merged, ...input.slice(end + 1)];
    },
    problem: (options: OptionsOf<typeof flatten>, input: Shape) => {
      const [start, end] = mergedAxes(options, input);
      if (input.length === 0 || (start <= end && end < input.length)) return undefined;
      const { startDim, endDim } = options;
      return {
        option: start >= input.length ? 'startDim' : 'endDim',
        message: `expected axes of the input shape ${formatShape(input)} in their order, got ${startDim} to ${endDim}`,
      };
    },
    takes: 'image',
  },
  {
    type: 'instanceNorm',
    description: 'Normalizes each channel of each signal or image by itself.',
    options: instanceNorm,
    problem: (_: OptionsOf<typeof instanceNorm>, input: Shape) => imageProblem(input),
    takes: 'image',
  },
  {
    type: 'channelDropout',
    description: 'In training, sets whole channels of signals or images to 0 with probability p.',
    options: () => ({ p: share().default(0.5) }),
    problem: (_: object, input: Shape) => imageProblem(input),
    takes: 'image',
  },
  {
    type: 'reshape',
    description: 'Samples in another shape with as many values.',
    options: reshape,
    outputShape: ({ shape }: OptionsOf<typeof reshape>) => shape,
    problem: ({ shape }: OptionsOf<typeof reshape>, input: Shape) => {
      const [from, to] = [input, shape].map((sizes) => sizes.reduce((product, size) => product * size, 1));
      return Number.isNaN(from) || from === to
        ? undefined
        : { option: 'shape', message: `expected a shape of ${from} values, got ${formatShape(shape)}` };
    },
    takes: 'features',
  },
  { type: 'identity', description: 'x', options: () => ({}) },
  ...convolutionDescriptors,
  ...poolingDescriptors,
  ...sequenceLayerDescriptors,
] as const satisfies readonly LayerDescriptor[];
