import * as z from 'zod';
import type { ExperimentData } from '../experiment/experiment-data.ts';
import type { Experiment } from '../experiment/experiment-schema.ts';

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
  /** What the classes at the places of a sequence are: characters or tokens. */
  vocabulary: z.array(z.string()).optional(),
  /** What stands in the place of missing inputs, by the name of the column. */
  means: z.record(z.string(), z.number()).optional(),
});

export type Signature = z.output<typeof signatureSchema>;

export function signatureOf(
  data: ExperimentData,
  { trainingStep }: Pick<Experiment, 'trainingStep'> = {},
): Signature {
  if (trainingStep !== undefined) return generatorSignature(data, trainingStep.noise.shape);
  const { inputShape, inputNames, outputNames, isLabelled, image, categories, means, vocabulary } = data;
  return {
    inputShape: [...inputShape],
    inputNames: [...inputNames],
    outputNames: [...outputNames],
    isLabelled,
    ...(image === undefined ? {} : { image }),
    ...(categories === undefined ? {} : { categories: copied(categories) }),
    ...(means === undefined ? {} : { means }),
    ...(vocabulary === undefined ? {} : { vocabulary: [...vocabulary] }),
  };
}

/** A generator takes noise and gives samples. */
function generatorSignature({ inputShape, inputNames }: ExperimentData, noise: readonly number[]): Signature {
  const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
  const numbered = (letter: string, length: number) => Array.from({ length }, (_, i) => `${letter}${i + 1}`);
  return {
    inputShape: [...noise],
    inputNames: numbered('z', count(noise)),
    outputNames: inputNames.length > 0 ? [...inputNames] : numbered('x', count(inputShape)),
    isLabelled: false,
  };
}

const copied = (categories: NonNullable<ExperimentData['categories']>): Signature['categories'] =>
  Object.fromEntries(
    Object.entries(categories).map(([name, { encoding, values }]) => [
      name,
      { encoding, values: [...values] },
    ]),
  );
