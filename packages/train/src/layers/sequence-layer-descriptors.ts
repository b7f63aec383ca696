import { formatShape } from '@kindling/core/internal/errors';
import { z } from 'zod';
import type { OptionsOf } from '../descriptor.ts';
import type { LayerDescriptor, LayerProblem, Shape } from './layer-descriptor.ts';

const size = z
  .int()
  .positive()
  .max(2 ** 31 - 1);
const share = z.number().min(0).lt(1);

const transformerEncoder = {
  numLayers: size.describe('Number of layers, which begin with the same weights.'),
  nhead: size.describe('Number of attention heads; a divisor of the size of the vectors.'),
  dimFeedforward: size.default(2048).describe('Size between the two linear layers of each.'),
  dropout: share.default(0.1).describe('Probability of dropout in training.'),
  activation: z.enum(['relu', 'gelu']).default('relu').describe('What is between the two linear layers.'),
  normFirst: z
    .boolean()
    .default(false)
    .describe('Normalize the input of each part, instead of what it adds to.'),
  isCausal: z.boolean().default(false).describe('Let each place attend to itself and those before it alone.'),
};
const positionEmbedding = {
  numEmbeddings: size
    .max(2 ** 24)
    .optional()
    .describe('Number of positions. Default: the length of the sequences.'),
};
const positionalEncoding = { dropout: share.default(0.1).describe('Probability of dropout in training.') };

/** What keeps samples from being sequences of vectors. */
export const sequenceProblem = (input: Shape): LayerProblem | undefined =>
  input.length === 2
    ? undefined
    : { message: `expected samples of shape [length, features], got ${formatShape(input)}` };

/** Layers of sequences of vectors, [length, features]. */
export const sequenceLayerDescriptors = [
  {
    type: 'transformerEncoder',
    description: 'Layers of self-attention and two linear layers each, as in a transformer.',
    options: transformerEncoder,
    problem: ({ nhead }: OptionsOf<typeof transformerEncoder>, input: Shape) => {
      const [, features = 1] = input;
      const problem = sequenceProblem(input);
      if (problem !== undefined || !(features % nhead > 0)) return problem;
      const message = `expected a divisor of ${features}, the size of the vectors, got ${nhead}`;
      return { option: 'nhead', message };
    },
    takes: 'features',
  },
  {
    type: 'positionEmbedding',
    description: 'Adds a learned vector to that of each place: one for each position.',
    options: positionEmbedding,
    problem: ({ numEmbeddings }: OptionsOf<typeof positionEmbedding>, input: Shape) => {
      const [length = 1] = input;
      const problem = sequenceProblem(input);
      if (problem !== undefined || numEmbeddings === undefined || !(length > numEmbeddings)) return problem;
      const message = `expected at least ${length}, the length of the sequences, got ${numEmbeddings}`;
      return { option: 'numEmbeddings', message };
    },
    takes: 'features',
  },
  {
    type: 'positionalEncoding',
    description: 'Adds sines and cosines of the position to the vector of each place.',
    options: positionalEncoding,
    problem: (_: object, input: Shape) => sequenceProblem(input),
    takes: 'features',
  },
  {
    type: 'lastStep',
    description: 'The vector of the last place of each sequence.',
    options: {},
    outputShape: (_: object, input: Shape) => input.slice(1),
    problem: (_: object, input: Shape) => sequenceProblem(input),
    takes: 'features',
  },
] as const satisfies readonly LayerDescriptor[];
