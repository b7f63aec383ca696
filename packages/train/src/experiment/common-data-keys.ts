import * as z from 'zod';
import { lazily } from '../lazily.ts';
import { samplerSchema } from './sampler-schema.ts';

const count = lazily(() => z.int().positive());

const factor = lazily(() =>
  z
    .number()
    .refine((value) => value !== 0, 'a number other than 0')
    .default(1),
);

/** Keys of every source. */
export const commonDataKeys = lazily(() => ({
  batchSize: z
    .union([count(), z.literal('full')])
    .default('full')
    .describe('Samples per step; "full" for all of them.'),
  shuffle: z.boolean().default(false).describe('Shuffle the samples in each epoch.'),
  sampler: samplerSchema().optional(),
  samplerSeed: z
    .int()
    .min(0)
    .optional()
    .describe('Seed of the order in which several processes share the samples. Default 0.'),
  dropLast: z.boolean().default(false).describe('Drop the last batch if it is not full.'),
  limit: count().optional().describe('Use only the first samples, up to this number, for training.'),
  scale: z
    .strictObject({ input: factor(), target: factor() })
    .prefault({})
    .describe('Factors of inputs and targets. Predictions are divided by that of the targets.'),
  shift: z
    .number()
    .optional()
    .describe('Number that is added to inputs after they are scaled. Default: none.'),
  validation: z
    .union([z.literal(['test', 'none']), z.number().gt(0).lt(1)])
    .optional()
    .describe(
      'Validation samples: the test set of the source, none, or a fraction of the training samples, drawn with the seed. Default: the test set if there is one.',
    ),
}));
