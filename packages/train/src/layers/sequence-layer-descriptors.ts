import { formatShape } from '@kindling/core/internal/errors';
import * as z from 'zod';
import type { OptionsOf } from '../descriptor.ts';
import { lazily } from '../lazily.ts';
import type { LayerDescriptor, LayerProblem, Shape } from './layer-descriptor.ts';

const size = lazily(() =>
  z
    .int()
    .positive()
    .max(2 ** 31 - 1),
);
const share = lazily(() => z.number().min(0).lt(1));

const transformerEncoder = lazily(() => ({
  numLayers: size().describe('Number of layers, which begin with the same weights.'),
  nhead: size().describe('Number of attention heads; a divisor of the size of the vectors.'),
  dimFeedforward: size().default(2048).describe('Size between the two linear layers of each.'),
  dropout: share().default(0.1).describe('Probability of dropout in training.'),
  activation: z.enum(['relu', 'gelu']).default('relu').describe('What is between the two linear layers.'),
  normFirst: z
    .boolean()
    .default(false)
    .describe('Normalize the input of each part, instead of what it adds to.'),
  isCausal: z.boolean().default(false).describe('Let each place attend to itself and those before it alone.'),
}));
const positionEmbedding = lazily(() => ({
  numEmbeddings: size()
    .max(2 ** 24)
    .optional()
    .describe('Number of positions. Default: the length of the sequences.'),
}));
const positionalEncoding = lazily(() => ({
  dropout: share().default(0.1).describe('Probability of dropout in training.'),
}));

/** What keeps samples from being sequences of vectors. */
export const sequenceProblem = (input: Shape): LayerProblem | undefined =>
  input.length === 2
    ? undefined
    : { message: `expected samples of shape [length, features], got ${formatShape(input)}` };

const recurrent = lazily(() => ({
  hiddenSize: size().describe('Size of the state, and of an output.'),
  numLayers: size().default(1).describe('Layers, each of which reads the outputs of the one before.'),
  bidirectional: z
    .boolean()
    .default(false)
    .describe('Go through the sequence backwards, too: outputs of both stand side by side.'),
  dropout: share().default(0).describe('Probability of dropout between the layers, in training.'),
  bias: z.boolean().default(true),
}));
const rnn = lazily(() => ({
  ...recurrent(),
  nonlinearity: z.enum(['tanh', 'relu']).default('tanh'),
}));
const lstm = lazily(() => ({
  ...recurrent(),
  projSize: z.int().min(0).default(0).describe('Size that outputs are projected to; 0 is none.'),
}));

/** Outputs of all places. */
const recurrentShape = (
  { hiddenSize, bidirectional }: OptionsOf<typeof recurrent>,
  [length = 1]: Shape,
  own = hiddenSize,
): Shape => [length, bidirectional ? 2 * own : own];

/** Layers of sequences of vectors, [length, features]. */
export const sequenceLayerDescriptors = [
  {
    type: 'rnn',
    description: 'h ← tanh(W x + U h + b), from place to place; the outputs are h of all places.',
    options: rnn,
    outputShape: (options: OptionsOf<typeof rnn>, input: Shape) => recurrentShape(options, input),
    problem: (_: object, input: Shape) => sequenceProblem(input),
    takes: 'features',
  },
  {
    type: 'lstm',
    description:
      'Long short-term memory: gates decide what a cell keeps; the outputs are those of all places.',
    options: lstm,
    outputShape: (options: OptionsOf<typeof lstm>, input: Shape) =>
      recurrentShape(options, input, options.projSize || options.hiddenSize),
    problem: ({ projSize, hiddenSize }: OptionsOf<typeof lstm>, input: Shape) =>
      projSize < hiddenSize
        ? sequenceProblem(input)
        : {
            option: 'projSize',
            message: `expected a number below hiddenSize ${hiddenSize}, got ${projSize}`,
          },
    takes: 'features',
  },
  {
    type: 'gru',
    description: 'Gated recurrent units; the outputs are those of all places.',
    options: recurrent,
    outputShape: (options: OptionsOf<typeof recurrent>, input: Shape) => recurrentShape(options, input),
    problem: (_: object, input: Shape) => sequenceProblem(input),
    takes: 'features',
  },
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
    options: () => ({}),
    outputShape: (_: object, input: Shape) => input.slice(1),
    problem: (_: object, input: Shape) => sequenceProblem(input),
    takes: 'features',
  },
] as const satisfies readonly LayerDescriptor[];
