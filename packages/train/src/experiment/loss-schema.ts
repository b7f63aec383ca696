import type { z } from 'zod';
import { lossDescriptors } from '../losses/loss-descriptors.ts';
import { taggedBy } from './tagged.ts';

/** What is made small. Definitions and options are those of `torch.nn.functional`. */
export const lossSchema = taggedBy(lossDescriptors).meta({ id: 'loss' });

export type LossSettings = z.output<typeof lossSchema>;
