import { z } from 'zod';
import type { ExperimentData } from '../experiment/experiment-data.ts';

/** What goes into a model and what comes out: enough to use it without the data that it was trained on. */
export const signatureSchema = z.object({
  /** Shape of an input, without the batch. */
  inputShape: z.array(z.int().positive()),
  /** Names of the input columns; none for images. */
  inputNames: z.array(z.string()),
  /** Names of the columns that are predicted, or of the classes. */
  outputNames: z.array(z.string()),
  /** Whether outputs are classes. */
  isLabelled: z.boolean(),
  /** Size of the pictures that go in. */
  image: z.object({ height: z.int().positive(), width: z.int().positive() }).optional(),
});

export type Signature = z.output<typeof signatureSchema>;

export function signatureOf(data: ExperimentData): Signature {
  const { inputShape, inputNames, outputNames, isLabelled, image } = data;
  return {
    inputShape: [...inputShape],
    inputNames: [...inputNames],
    outputNames: [...outputNames],
    isLabelled,
    ...(image === undefined ? {} : { image }),
  };
}
