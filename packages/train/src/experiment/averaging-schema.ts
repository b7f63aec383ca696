import type { z } from 'zod';
import { averagingDescriptors } from '../averaging/averaging-descriptors.ts';
import { lazily } from '../lazily.ts';
import { taggedBy } from './tagged.ts';

/** How the weights are averaged that evaluations and checkpoints use. */
export const averagingSchema = lazily(() => taggedBy(averagingDescriptors));

export type AveragingSettings = z.output<ReturnType<typeof averagingSchema>>;
