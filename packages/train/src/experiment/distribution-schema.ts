import type { z } from 'zod';
import { lazily } from '../lazily.ts';
import { distributionDescriptors } from '../training-steps/distribution-descriptors.ts';
import { taggedBy } from './tagged.ts';

/** What is drawn from. */
export const distributionSchema = lazily(() =>
  taggedBy(distributionDescriptors).meta({ id: 'distribution' }),
);

export type DistributionSettings = z.output<ReturnType<typeof distributionSchema>>;
