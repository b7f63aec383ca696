import * as z from 'zod';
import { byType, type Descriptor, type OptionsOf } from '../descriptor.ts';
import { lazily } from '../lazily.ts';

/** An order of the training samples that experiments can name. The function that makes it is in the table `samplers`. */
export interface SamplerDescriptor<S extends z.core.$ZodLooseShape = z.core.$ZodLooseShape>
  extends Descriptor<string, S> {
  /** Options that do not go together: the one that is wrong, what was expected, and what came. */
  conflict?(options: OptionsOf<() => S>): { readonly option: string; readonly message: string } | undefined;
}

const count = lazily(() => z.int().positive());
const numSamples = lazily(() =>
  count().optional().describe('Number of samples in an epoch. Default: as many as there are.'),
);
const weighted = lazily(() => ({
  weights: z
    .union([
      z.literal('balanced'),
      z
        .array(z.number().min(0))
        .min(1)
        .refine((weights) => weights.some((weight) => weight > 0), 'a list with a number above 0'),
    ])
    .default('balanced')
    .describe('Weights of the classes or samples; balanced: 1 over the number of samples of the class.'),
  by: z.enum(['class', 'sample']).default('class').describe('What the weights are of.'),
  numSamples: numSamples(),
  replacement: z.boolean().default(true).describe('Whether a sample may come several times in an epoch.'),
}));

/** Every order of the training samples that experiments can name. The options are those of the samplers of `torch.utils.data`. */
export const samplerDescriptors = [
  {
    type: 'random',
    description: 'A random order, as data.shuffle has it, of another number of samples or with replacement.',
    options: () => ({
      numSamples: numSamples(),
      replacement: z
        .boolean()
        .default(false)
        .describe('Whether a sample may come several times in an epoch.'),
    }),
  },
  {
    type: 'subset',
    description: 'Some of the training samples in a random order.',
    options: () => ({ indices: z.array(z.int().min(0)).min(1).describe('Numbers of the samples, from 0.') }),
  },
  {
    type: 'weighted',
    description: 'Samples drawn with probabilities by weight: for classes of which there are few samples.',
    options: weighted,
    conflict: ({ weights, by }: OptionsOf<typeof weighted>) =>
      weights === 'balanced' && by === 'sample'
        ? { option: 'weights', message: 'expected a weight for each sample with by "sample", got "balanced"' }
        : undefined,
  },
] as const satisfies readonly SamplerDescriptor[];

const known = byType(samplerDescriptors);

export type SamplerName = keyof typeof known;

/** The descriptor of a sampler by its name. */
export const samplerDescriptor = (type: SamplerName): SamplerDescriptor => known[type];
