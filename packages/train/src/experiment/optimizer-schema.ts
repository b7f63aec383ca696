import * as z from 'zod';
import { lazily } from '../lazily.ts';
import { optimizerDescriptors } from '../optimizers/optimizer-descriptors.ts';
import { taggedBy } from './tagged.ts';

/** The update rule. Options and defaults are those of `torch.optim`. */
export const optimizerSchema = lazily(() => taggedBy(optimizerDescriptors).meta({ id: 'optimizer' }));

const positive = lazily(() => z.number().positive());

/** A bound on the gradients before each update. */
export const clipSchema = lazily(() =>
  z.union([
    z.strictObject({
      norm: positive().describe('Largest total norm of all gradients; larger ones are scaled down.'),
    }),
    z.strictObject({ value: positive().describe('Clamp each gradient element to [−value, value].') }),
  ]),
);

export type OptimizerSettings = z.output<ReturnType<typeof optimizerSchema>>;
