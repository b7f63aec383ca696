import type { z } from 'zod';
import { lazily } from '../lazily.ts';
import { lossDescriptors } from '../losses/loss-descriptors.ts';
import { taggedBy } from './tagged.ts';

/** What is made small. Definitions and options are those of `torch.nn.functional`. */
export const lossSchema = lazily(() => taggedBy(lossDescriptors).meta({ id: 'loss' }));

export type LossSettings = z.output<ReturnType<typeof lossSchema>>;
