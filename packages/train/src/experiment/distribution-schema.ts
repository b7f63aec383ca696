import type { z } from 'zod';
import { distributionDescriptors } from '../training-steps/distribution-descriptors.ts';
import { taggedBy } from './tagged.ts';

/** What is drawn from. */
export const distributionSchema = taggedBy(distributionDescriptors).meta({ id: 'distribution' });

export type DistributionSettings = z.output<typeof distributionSchema>;
