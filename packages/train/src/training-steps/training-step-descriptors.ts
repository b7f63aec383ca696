import * as z from 'zod';
import { byType, type Descriptor } from '../descriptor.ts';
import { distributionSchema } from '../experiment/distribution-schema.ts';
import { layerSchema } from '../experiment/layer-schema.ts';
import { lossSchema } from '../experiment/loss-schema.ts';
import { optimizerSchema } from '../experiment/optimizer-schema.ts';
import { lazily } from '../lazily.ts';

const size = lazily(() => z.int().positive());

const discriminator = lazily(() =>
  z.strictObject({
    model: z
      .array(layerSchema())
      .min(1)
      .describe('The layers of the discriminator, from a sample to its judgement.'),
    loss: lossSchema().describe(
      'Loss of its judgements: targets are 1 for real samples and 0 for generated ones.',
    ),
    optimizer: optimizerSchema(),
  }),
);

const noise = lazily(() =>
  z.strictObject({
    shape: z.array(size()).min(1).max(4).describe('Shape of the noise that a sample is generated from.'),
    distribution: distributionSchema().prefault('normal').describe('What the noise is drawn from.'),
  }),
);

/** Every training step that experiments can name, beside the usual one of a model and its loss. Its function is in the table `trainingSteps`. */
export const trainingStepDescriptors = [
  {
    type: 'adversarial',
    description:
      'A generative adversarial pair: the model generates samples from noise, which a discriminator tells from real ones.',
    options: () => ({
      noise: noise(),
      discriminator: discriminator(),
      realNoise: distributionSchema()
        .optional()
        .describe('Noise that is added to the real samples of each step. Default: none.'),
      updates: z
        .enum(['joint', 'separate'])
        .default('joint')
        .describe(
          'Updates of the discriminator in a step: one by the sum of its losses, or one by real samples and then one by generated ones.',
        ),
      resample: z
        .boolean()
        .default(false)
        .describe(
          'Draw new noise for the update of the generator; else it is judged by the samples that the discriminator was trained by.',
        ),
      first: z
        .enum(['generator', 'discriminator'])
        .default('generator')
        .describe('Which of the two draws its initial weights first.'),
    }),
  },
] as const satisfies readonly Descriptor[];

const known = byType(trainingStepDescriptors);

export type TrainingStepName = keyof typeof known;
