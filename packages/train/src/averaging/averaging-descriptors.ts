import * as z from 'zod';
import type { Descriptor } from '../descriptor.ts';
import { lazily } from '../lazily.ts';

const everySteps = lazily(() => z.int().positive());
const firstEpoch = lazily(() =>
  z.int().min(0).default(0).describe('First epoch whose weights are averaged, counted from 0.'),
);

/** Every average of the weights that experiments can name. The options are those of `WeightAveraging`. */
export const averagingDescriptors = [
  {
    type: 'ema',
    description: 'Exponential moving average: average ← decay · average + (1 − decay) · weights.',
    options: () => ({
      decay: z.number().min(0).lt(1).default(0.999),
      everySteps: everySteps().default(1).describe('Steps between updates of the average.'),
      firstEpoch: firstEpoch(),
    }),
  },
  {
    type: 'swa',
    description: 'Stochastic weight averaging: the mean of the weights.',
    options: () => ({
      everySteps: everySteps()
        .optional()
        .describe('Steps between the weights that are averaged. Default: those at the end of each epoch.'),
      firstEpoch: firstEpoch(),
    }),
  },
] as const satisfies readonly Descriptor[];
