import { z } from 'zod';

const count = z.int().positive();

/** Keys of every source. */
const common = {
  batchSize: z
    .union([count, z.literal('full')])
    .default('full')
    .describe('Samples a step; "full" for all of them.'),
  shuffle: z.boolean().default(false).describe('Draw a new order for each epoch.'),
  dropLast: z.boolean().default(false).describe('Leave out a last batch that is not full.'),
  limit: count.optional().describe('Use no more than this many training samples, the first ones.'),
  scale: z
    .strictObject({ input: z.number().default(1), target: z.number().default(1) })
    .prefault({})
    .describe('Factors on inputs and targets. Predictions are shown divided by the second.'),
  validation: z
    .union([z.literal(['test', 'none']), z.number().gt(0).lt(1)])
    .optional()
    .describe(
      'What is held back: the test set of the source, nothing, or a share of the training samples, drawn with the seed. Default: the test set where there is one.',
    ),
};

const classes = z
  .enum(['index', 'oneHot'])
  .default('index')
  .describe('A label as its number (for crossEntropy, nll) or as one output for each class.');

/** Where the samples come from and how they are handed out. */
export const dataSchema = z.discriminatedUnion('source', [
  z.strictObject({ source: z.literal('xor'), ...common }).describe('The four rows of exclusive or.'),
  z
    .strictObject({ source: z.literal('diabetes'), ...common })
    .describe('759 patients: 8 measurements, and whether diabetes was found.'),
  z
    .strictObject({ source: z.literal('weight-height'), ...common })
    .describe('24 people: weight in kg and height in cm.'),
  z
    .strictObject({ source: z.literal('mnist'), ...common, target: classes })
    .describe('60,000 and 10,000 handwritten digits: 28 × 28 pixels from 0 to 1.'),
  z
    .strictObject({
      source: z.literal('digits'),
      ...common,
      target: classes,
      train: count.default(10_000).describe('How many are drawn to train on.'),
      test: count.default(2000).describe('How many are drawn to test on.'),
      seed: z
        .int()
        .min(0)
        .max(2 ** 31 - 1)
        .default(0)
        .describe('Of the drawing.'),
    })
    .describe('Digits in the style of handwriting, drawn by a procedure: no file, no download.'),
  z
    .strictObject({
      source: z.literal('csv'),
      ...common,
      path: z.string().min(1).describe('The file, from the folder of the experiment; gzip or not.'),
      header: z
        .union([z.boolean(), z.literal('auto')])
        .default('auto')
        .describe('Whether the first row names the columns; without a header they are called 1, 2, …'),
      inputs: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('Columns to learn from. Default: all but the targets.'),
      targets: z.array(z.string()).min(1).optional().describe('Columns to predict. Default: the last.'),
      target: z
        .enum(['value', 'index', 'oneHot'])
        .default('value')
        .describe(
          'Numbers as they are, or one column of labels from 0: as class numbers or as one output for each class.',
        ),
    })
    .describe('A file of your own.'),
]);
