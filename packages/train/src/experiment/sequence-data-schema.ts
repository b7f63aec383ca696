import * as z from 'zod';
import { lazily } from '../lazily.ts';
import { commonDataKeys } from './common-data-keys.ts';
import { column, csvKeys } from './csv-keys.ts';
import { optionOnDemand } from './option-on-demand.ts';

const count = lazily(() => z.int().positive());

const windows = lazily(() => ({
  window: count().describe('Elements of an input.'),
  stride: count().default(1).describe('From the beginning of a window to that of the next.'),
}));

const series = lazily(() => ({
  ...windows(),
  horizon: count().default(1).describe('Values behind a window that are predicted.'),
}));

/** The next character of each place is a class, and so is the element at each place of a reversed sequence. */
const index = lazily(() => ({
  target: z.literal('index').default('index').describe('Targets are class indices.'),
}));

/** Sources of sequences: a sample is a piece of one, and what follows. */
export const sequenceSchemas = lazily(
  () =>
    [
      optionOnDemand('source', 'text', () =>
        z
          .strictObject({
            source: z.literal('text'),
            ...commonDataKeys(),
            ...windows(),
            ...index(),
            text: z.string().min(1).optional().describe('The text itself, in place of a file.'),
            path: z
              .string()
              .min(1)
              .optional()
              .describe('Path of a file in UTF-8, relative to the experiment; gzip or not.'),
            unit: z
              .enum(['characters', 'tokens'])
              .default('characters')
              .describe('What a text is divided into: its characters, or words and punctuation marks.'),
            vocabulary: z
              .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
              .optional()
              .describe(
                'The characters or tokens in the order of their indices. Default: those of the text, sorted.',
              ),
          })
          .describe('A text: each character or token of a window is followed by the next.'),
      ),
      optionOnDemand('source', 'series', () =>
        z
          .strictObject({
            source: z.literal('series'),
            ...commonDataKeys(),
            ...series(),
            path: z
              .string()
              .min(1)
              .describe('Path of a CSV file with a row a step, relative to the experiment; gzip or not.'),
            ...csvKeys(),
            inputs: z
              .array(column())
              .min(1)
              .optional()
              .describe('Input columns, by name or position. Default: all.'),
            targets: z
              .array(column())
              .min(1)
              .optional()
              .describe(
                'Columns to predict, by name or position; they may be among the inputs. Default: the last.',
              ),
          })
          .describe('A time series of a CSV file: a window is followed by the values of the next steps.'),
      ),
      optionOnDemand('source', 'sine', () =>
        z
          .strictObject({
            source: z.literal('sine'),
            ...commonDataKeys(),
            ...series(),
            steps: count().default(220).describe('Number of values of the series.'),
            delta: z.number().default(0.1).describe('The angle from one value to the next.'),
          })
          .describe('A sine: sin(0), sin(delta), sin(2 · delta), …'),
      ),
      optionOnDemand('source', 'reversal', () =>
        z
          .strictObject({
            source: z.literal('reversal'),
            ...commonDataKeys(),
            ...index(),
            sequenceLength: count().default(8).describe('Elements of a sequence.'),
            classes: count()
              .max(1000)
              .default(10)
              .describe('Elements are integers from 0 below this number.'),
            train: count().default(1920).describe('Number of sequences of an epoch; each epoch has others.'),
          })
          .describe('Random sequences of integers, to be reversed.'),
      ),
    ] as const,
);
