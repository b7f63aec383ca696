import type { z } from 'zod';
import { lazily } from '../lazily.ts';
import { samplerDescriptors } from '../samplers/sampler-descriptors.ts';
import { taggedBy } from './tagged.ts';

/** The order of the training samples. */
export const samplerSchema = lazily(() =>
  taggedBy(samplerDescriptors).meta({
    id: 'sampler',
    description: 'Order of the training samples, in place of shuffle. Default: as shuffle says.',
  }),
);

export type SamplerSettings = z.output<ReturnType<typeof samplerSchema>>;
