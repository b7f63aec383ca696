import type { SourceDescriptor } from '@kindling/data';
import { sourceDescriptors } from '@kindling/data/internal';
import { z } from 'zod';
import { samplerSchema } from './sampler-schema.ts';

const count = z.int().positive();

const factor = z
  .number()
  .refine((value) => value !== 0, 'a number other than 0')
  .default(1);

/** Keys of every source. */
const common = {
  batchSize: z
    .union([count, z.literal('full')])
    .default('full')
    .describe('Samples per step; "full" for all of them.'),
  shuffle: z.boolean().default(false).describe('Shuffle the samples in each epoch.'),
  sampler: samplerSchema.optional(),
  dropLast: z.boolean().default(false).describe('Drop the last batch if it is not full.'),
  limit: count.optional().describe('Use only the first samples, up to this number, for training.'),
  scale: z
    .strictObject({ input: factor, target: factor })
    .prefault({})
    .describe('Factors of inputs and targets. Predictions are divided by that of the targets.'),
  shift: z
    .number()
    .optional()
    .describe('Number that is added to inputs after they are scaled. Default: none.'),
  validation: z
    .union([z.literal(['test', 'none']), z.number().gt(0).lt(1)])
    .optional()
    .describe(
      'Validation samples: the test set of the source, none, or a fraction of the training samples, drawn with the seed. Default: the test set if there is one.',
    ),
};

const labels = {
  target: z
    .enum(['index', 'oneHot'])
    .default('index')
    .describe('Labels as class indices (for crossEntropy, nll) or one-hot.'),
};

const drawn = ({ samples }: SourceDescriptor) => ({
  train: count.default(samples.train).describe('Number of training samples.'),
  test: count.default(samples.test).describe('Number of test samples.'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0)
    .describe('Seed of the samples.'),
});

type NoKeys = Record<never, never>;

/** The schema of a named source: the keys that its descriptor asks for beside the common ones. */
type SourceSchema<D extends SourceDescriptor> = D extends SourceDescriptor
  ? z.ZodObject<
      { source: z.ZodLiteral<D['name']> } & typeof common &
        (D['targets']['kind'] extends 'classes' ? typeof labels : NoKeys) &
        (D['isDrawn'] extends true ? ReturnType<typeof drawn> : NoKeys),
      z.core.$strict
    >
  : never;

type NamedSource = SourceSchema<(typeof sourceDescriptors)[number]>;

const sourceSchema = (descriptor: SourceDescriptor) =>
  z
    .strictObject({
      source: z.literal(descriptor.name),
      ...common,
      ...(descriptor.targets.kind === 'classes' ? labels : {}),
      ...(descriptor.isDrawn ? drawn(descriptor) : {}),
    })
    .describe(`${descriptor.description}.`);

const named = sourceDescriptors.map(sourceSchema) as [NamedSource, ...NamedSource[]];

const column = z
  .union([z.string().min(1), z.int()])
  .describe('A name, or a position: 1 is the first column and -1 the last.');

/** Where the samples come from and how they are handed out. */
export const dataSchema = z.discriminatedUnion('source', [
  ...named,
  z
    .strictObject({
      source: z.literal('csv'),
      ...common,
      path: z.string().min(1).describe('Path of the file, relative to the experiment; gzip or not.'),
      header: z
        .union([z.boolean(), z.literal('auto')])
        .default('auto')
        .describe('Whether the first row names the columns; without a header they are called 1, 2, …'),
      delimiter: z
        .string()
        .regex(/^[^"\r\n]$/, 'one character other than a quote or a line end')
        .optional()
        .describe('Separator of fields. Default: a comma, or a semicolon with decimal commas.'),
      decimal: z.enum(['.', ',']).default('.').describe('Decimal mark of numbers.'),
      missing: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('Markers of missing values, such as "NA" or "". Default: none.'),
      onMissing: z
        .union([z.enum(['drop', 'mean']), z.number()])
        .default('drop')
        .describe(
          'Treatment of missing inputs: drop the row, or fill with the mean of the column or with a number. Rows without a target are always dropped.',
        ),
      categories: z
        .record(z.string(), z.enum(['oneHot', 'codes']))
        .optional()
        .describe(
          'Columns of text, by name: oneHot makes a column of 0 and 1 for each category, codes one column of integers from 0, in alphabetical order.',
        ),
      inputs: z
        .array(column)
        .min(1)
        .optional()
        .describe('Input columns, by name or position. Default: all but the targets.'),
      targets: z
        .array(column)
        .min(1)
        .optional()
        .describe('Target columns, by name or position. Default: the last.'),
      exclude: z
        .array(column)
        .min(1)
        .optional()
        .describe('Columns to ignore, by name or position; they may contain text.'),
      target: z
        .enum(['value', 'index', 'oneHot'])
        .default('value')
        .describe('Numbers as they are, or one column of labels from 0: as class indices or one-hot.'),
    })
    .describe('A CSV file.'),
]);
