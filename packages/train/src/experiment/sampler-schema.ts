import type { z } from 'zod';
import { samplerDescriptors } from '../samplers/sampler-descriptors.ts';
import { taggedBy } from './tagged.ts';

/** The order of the training samples. */
export const samplerSchema = taggedBy(samplerDescriptors);

export type SamplerSettings = z.output<typeof samplerSchema>;
