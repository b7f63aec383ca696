import * as z from 'zod';
import { lazily } from '../lazily.ts';

/** How the rows of a CSV file are read. */
export const csvKeys = lazily(() => ({
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
}));

export const column = lazily(() =>
  z
    .union([z.string().min(1), z.int()])
    .describe('A name, or a position: 1 is the first column and -1 the last.'),
);
