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
  /** How columns of words became numbers, by the name of the column. */
  categories: z
    .record(z.string(), z.object({ encoding: z.enum(['oneHot', 'codes']), values: z.array(z.string()) }))
    .optional(),
  /** What stands in the place of missing inputs, by the name of the column. */
  means: z.record(z.string(), z.number()).optional(),
});

export type Signature = z.output<typeof signatureSchema>;

export function signatureOf(data: ExperimentData): Signature {
  const { inputShape, inputNames, outputNames, isLabelled, image, categories, means } = data;
  return {
    inputShape: [...inputShape],
    inputNames: [...inputNames],
    outputNames: [...outputNames],
    isLabelled,
    ...(image === undefined ? {} : { image }),
    ...(categories === undefined ? {} : { categories: copied(categories) }),
    ...(means === undefined ? {} : { means }),
  };
}

const copied = (categories: NonNullable<ExperimentData['categories']>): Signature['categories'] =>
  Object.fromEntries(
    Object.entries(categories).map(([name, { encoding, values }]) => [
      name,
      { encoding, values: [...values] },
    ]),
  );
