import { z } from 'zod';
import { byType, type Descriptor, type OptionsOf } from '../descriptor.ts';
import { taggedBy } from '../experiment/tagged.ts';
import { initDescriptors } from './init-descriptors.ts';

export type Shape = readonly number[];

/** Parameters that an experiment can give first values. */
export type ParameterName = 'weight' | 'bias';

/** A layer that experiments can name. The function that makes its module is in the table `layers`. */
export interface LayerDescriptor<S extends z.core.$ZodLooseShape = z.core.$ZodLooseShape>
  extends Descriptor<string, S> {
  /** Shape of an output for an input of a shape, both without the batch; sizes that are not known are NaN. Default: the same. */
  outputShape?(options: OptionsOf<S>, input: Shape): Shape;
  /** Parameters that take their first values from the option `init`. Default: none. */
  parameters?(options: OptionsOf<S>): readonly ParameterName[];
  /** Whether it computes over the batch in training, which must then have more than one sample. Default false. */
  readonly isOverBatch?: boolean;
}

export const initSchema = taggedBy(initDescriptors).meta({ id: 'init' });

/** A size of a tensor; more would not fit into one. */
const size = z
  .int()
  .positive()
  .max(2 ** 31 - 1);
const share = z.number().min(0).lt(1);
const eps = z.number().positive().default(1e-5);
const dim = z.int().default(-1);

const linear = {
  out: size.describe('Number of outputs.'),
  in: size.optional().describe('Number of inputs. Default: the number of outputs of the previous layer.'),
  bias: z.boolean().default(true),
  init: z
    .strictObject({ weight: initSchema.optional(), bias: initSchema.optional() })
    .describe("Initial values. Default: PyTorch's, U(−1/√in, 1/√in) for both.")
    .optional(),
};

/** Every layer that experiments can name. Sizes that are left out follow from the layer before, or from the data. */
export const layerDescriptors = [
  {
    type: 'linear',
    description: 'y = x Wᵀ + b',
    options: linear,
    outputShape: ({ out }: OptionsOf<typeof linear>, input) => [...input.slice(0, -1), out],
    parameters: ({ bias }: OptionsOf<typeof linear>) => (bias ? ['weight', 'bias'] : ['weight']),
  },
  {
    type: 'relu',
    description: 'max(0, x)',
    options: {
      straightThrough: z
        .boolean()
        .default(false)
        .describe('Use 1 as the derivative everywhere (straight-through).'),
    },
  },
  {
    type: 'leakyRelu',
    description: 'x above 0, negativeSlope · x below.',
    options: { negativeSlope: z.number().default(0.01) },
  },
  { type: 'sigmoid', description: '1 / (1 + e⁻ˣ)', options: {} },
  { type: 'tanh', options: {} },
  {
    type: 'gelu',
    description: 'x · Φ(x)',
    options: { approximate: z.enum(['none', 'tanh']).default('none') },
  },
  { type: 'silu', description: 'x · sigmoid(x)', options: {} },
  {
    type: 'elu',
    description: 'x above 0, α(eˣ − 1) below.',
    options: { alpha: z.number().default(1) },
  },
  {
    type: 'softplus',
    description: 'log(1 + e^βx) / β; x itself where βx is above the threshold.',
    options: { beta: z.number().positive().default(1), threshold: z.number().default(20) },
  },
  { type: 'softmax', options: { dim } },
  { type: 'logSoftmax', options: { dim } },
  {
    type: 'layerNorm',
    description: 'Normalizes each sample over its last axis, then scales and shifts.',
    options: { eps },
  },
  {
    type: 'batchNorm',
    description: 'Normalizes each feature over the batch, then scales and shifts.',
    options: { eps, momentum: z.number().min(0).max(1).default(0.1) },
    isOverBatch: true,
  },
  {
    type: 'dropout',
    description: 'In training, sets each value to 0 with probability p and scales the others by 1 / (1 − p).',
    options: { p: share.default(0.5) },
  },
  {
    type: 'flatten',
    description: 'Flattens each sample into one dimension.',
    options: {},
    outputShape: (_, input) => [input.reduce((product, size) => product * size, 1)],
  },
] as const satisfies readonly LayerDescriptor[];

const known = byType(layerDescriptors);

export type LayerName = keyof typeof known;

/** The descriptor of a layer by its name. */
export const layerDescriptor = (type: LayerName): LayerDescriptor => known[type];

/** Shape of a layer's output. */
export const outputShapeOf = (layer: { readonly type: LayerName }, input: Shape): Shape =>
  layerDescriptor(layer.type).outputShape?.(layer, input) ?? input;
