import { z } from 'zod';

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
    .describe('Samples a step; "full" for all of them.'),
  shuffle: z.boolean().default(false).describe('Draw a new order for each epoch.'),
  dropLast: z.boolean().default(false).describe('Leave out a last batch that is not full.'),
  limit: count.optional().describe('Use no more than this many training samples, the first ones.'),
  scale: z
    .strictObject({ input: factor, target: factor })
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

const column = z
  .union([z.string().min(1), z.int()])
  .describe('A name, or a position: 1 is the first column and -1 the last.');

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
      delimiter: z
        .string()
        .regex(/^[^"\r\n]$/, 'one character that is no quote or line end')
        .optional()
        .describe('What stands between fields. Default: a comma, or a semicolon with decimal commas.'),
      decimal: z.enum(['.', ',']).default('.').describe('What stands before the fraction of a number.'),
      missing: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('What stands for a value that is not known, such as "NA" or "". Default: nothing does.'),
      onMissing: z
        .union([z.enum(['drop', 'mean']), z.number()])
        .default('drop')
        .describe(
          'What becomes of missing inputs: the row is left out, or the mean of the column or a number is put there. Rows without a target are always left out.',
        ),
      categories: z
        .record(z.string(), z.enum(['oneHot', 'codes']))
        .optional()
        .describe(
          'Columns of words, by name: oneHot makes a column of 0 and 1 for each category, codes one column of numbers from 0, in the order of the letters.',
        ),
      inputs: z
        .array(column)
        .min(1)
        .optional()
        .describe('Columns to learn from, by name or position. Default: all but the targets.'),
      targets: z
        .array(column)
        .min(1)
        .optional()
        .describe('Columns to predict, by name or position. Default: the last.'),
      exclude: z
        .array(column)
        .min(1)
        .optional()
        .describe('Columns to leave out, by name or position; they may hold text.'),
      target: z
        .enum(['value', 'index', 'oneHot'])
        .default('value')
        .describe(
          'Numbers as they are, or one column of labels from 0: as class indices or as one output for each class.',
        ),
    })
    .describe('A file of your own.'),
]);
