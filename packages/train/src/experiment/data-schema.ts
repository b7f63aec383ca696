import type { SourceDescriptor } from '@kindling/data';
import { sourceDescriptors } from '@kindling/data/internal';
import * as z from 'zod';
import { lazily } from '../lazily.ts';
import { imageKeys } from './augmentation-schema.ts';
import { commonDataKeys } from './common-data-keys.ts';
import { column, csvKeys } from './csv-keys.ts';
import { optionOnDemand } from './option-on-demand.ts';
import { sequenceSchemas } from './sequence-data-schema.ts';

const count = lazily(() => z.int().positive());

const labels = lazily(() => ({
  target: z
    .enum(['index', 'oneHot'])
    .default('index')
    .describe('Labels as class indices (for crossEntropy, nll) or one-hot.'),
}));

const drawn = ({ samples }: SourceDescriptor) => ({
  train: count().default(samples.train).describe('Number of training samples.'),
  test: count().default(samples.test).describe('Number of test samples.'),
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
      { source: z.ZodLiteral<D['name']> } & ReturnType<typeof commonDataKeys> &
        (D['targets']['kind'] extends 'classes' ? ReturnType<typeof labels> : NoKeys) &
        (D['kind'] extends 'images' ? ReturnType<typeof imageKeys> : NoKeys) &
        (D['isDrawn'] extends true ? ReturnType<typeof drawn> : NoKeys),
      z.core.$strict
    >
  : never;

type NamedSource = SourceSchema<(typeof sourceDescriptors)[number]>;

const sourceSchema = (descriptor: SourceDescriptor) =>
  z
    .strictObject({
      source: z.literal(descriptor.name),
      ...commonDataKeys(),
      ...(descriptor.targets.kind === 'classes' ? labels() : {}),
      ...(descriptor.kind === 'images' ? imageKeys() : {}),
      ...(descriptor.isDrawn ? drawn(descriptor) : {}),
    })
    .describe(`${descriptor.description}.`);

const namedSources = () =>
  sourceDescriptors.map((descriptor) =>
    optionOnDemand('source', descriptor.name, () => sourceSchema(descriptor)),
  );

/** Where the samples come from and how they are handed out. */
export const dataSchema = lazily(() =>
  z.discriminatedUnion('source', [
    ...(namedSources() as readonly z.ZodType[] as readonly [NamedSource, ...NamedSource[]]),
    optionOnDemand('source', 'csv', () =>
      z
        .strictObject({
          source: z.literal('csv'),
          ...commonDataKeys(),
          path: z.string().min(1).describe('Path of the file, relative to the experiment; gzip or not.'),
          ...csvKeys(),
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
            .array(column())
            .min(1)
            .optional()
            .describe('Input columns, by name or position. Default: all but the targets.'),
          targets: z
            .array(column())
            .min(1)
            .optional()
            .describe('Target columns, by name or position. Default: the last.'),
          exclude: z
            .array(column())
            .min(1)
            .optional()
            .describe('Columns to ignore, by name or position; they may contain text.'),
          target: z
            .enum(['value', 'index', 'oneHot'])
            .default('value')
            .describe('Numbers as they are, or one column of labels from 0: as class indices or one-hot.'),
        })
        .describe('A CSV file.'),
    ),
    ...sequenceSchemas(),
  ]),
);
