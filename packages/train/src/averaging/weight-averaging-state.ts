import { Tensor } from '@kindling/core';
import * as z from 'zod';

const tensors = z.record(z.string(), z.instanceof(Tensor));

/** What a `WeightAveraging` remembers; null before training has begun. */
export const weightAveragingStateSchema = z
  .object({
    /** How many times the weights were averaged. */
    count: z.int().min(0),
    averages: tensors,
    /** The weights that training goes on from, once the model has the averages in their place. */
    current: tensors.nullable(),
  })
  .nullable();

export type WeightAveragingState = z.output<typeof weightAveragingStateSchema>;
