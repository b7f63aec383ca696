import * as z from 'zod';
import { lazily } from '../lazily.ts';
import { RUN_NAME, RUN_NAME_RULE } from '../run/run-name.ts';

/** Trials that a sweep may have. */
export const MAX_TRIALS = 10_000;

const path = lazily(() => z.string().min(1));
const values = lazily(() =>
  z
    .union([z.string().min(1), z.array(z.json()).min(1)])
    .describe(
      'A list, or text as on the command line: "0.1,0.01", "1..5", "log(1e-4,1e-1)", "uniform(0,0.5)".',
    ),
);

/** An axis written out: values for one path or several, or named sets of changes. */
const axisObject = lazily(() =>
  z.strictObject({
    paths: z
      .array(path())
      .min(1)
      .optional()
      .describe('The paths that get the value, such as "model.0.out". Default: the name of the axis.'),
    values: values().optional(),
    options: z
      .record(z.string().min(1), z.record(path(), z.json()))
      .optional()
      .describe(
        'In the place of values: changes by a name, each a path and what to put there; null takes a key away.',
      ),
  }),
);

/** Values alone are short for an axis that is named after its path. */
const axis = lazily(() =>
  z.pipe(
    z.transform((written: unknown) =>
      typeof written === 'string' || Array.isArray(written) ? { values: written } : written,
    ),
    axisObject(),
  ),
);

/** What {@link pruneObject} begins with, where `prune` is true. */
const prune = lazily(() =>
  z.pipe(
    z.transform((written: unknown) => (written === true ? {} : written === false ? undefined : written)),
    z
      .strictObject({
        trials: z
          .int()
          .min(1)
          .default(3)
          .describe('Other trials that must have come as far before a trial is compared with them.'),
        epochs: z
          .int()
          .min(1)
          .optional()
          .describe('Epochs of a trial before it is compared. Default: a tenth of its epochs.'),
      })
      .optional(),
  ),
);

/** A sweep as it is written: an experiment, and axes along which it changes. */
export const sweepSchema = lazily(() =>
  z.strictObject({
    $schema: z.string().optional(),
    name: z.string().regex(RUN_NAME, RUN_NAME_RULE).describe("Names the sweep's folder."),
    description: z.string().optional(),
    experiment: z
      .union([z.string().min(1), z.record(z.string(), z.json())])
      .describe('A built-in experiment, the path of a file (from the folder of this one), or an experiment.'),
    variant: z.string().optional().describe("One of the experiment's variants."),
    axes: z
      .record(z.string().min(1), axis())
      .describe('What changes from trial to trial, by name; changes are made in this order.'),
    trials: z
      .int()
      .min(1)
      .max(MAX_TRIALS)
      .optional()
      .describe('Trials to draw. Default: every combination, or 20 where an axis is log(…) or uniform(…).'),
    seed: z
      .int()
      .min(0)
      .max(2 ** 53 - 1)
      .optional()
      .describe('Of the drawing, and of the trials: the first gets it as its own, the next one more each.'),
    prune: prune().describe(
      'Whether trials stop early that are worse than the median of the others, and when.',
    ),
  }),
);

/** A sweep as it is written in a document. */
export interface SweepInput {
  readonly $schema?: string;
  readonly name: string;
  readonly description?: string;
  readonly experiment: string | Readonly<Record<string, unknown>>;
  readonly variant?: string;
  readonly axes: Readonly<Record<string, SweepAxisInput>>;
  readonly trials?: number;
  readonly seed?: number;
  readonly prune?: boolean | { readonly trials?: number; readonly epochs?: number };
}

/** Values for the path that the axis is named after, for other paths, or named sets of changes. */
export type SweepAxisInput =
  | string
  | readonly unknown[]
  | { readonly paths?: readonly string[]; readonly values: string | readonly unknown[] }
  | { readonly options: Readonly<Record<string, Readonly<Record<string, unknown>>>> };

export type SweepDocument = z.output<ReturnType<typeof sweepSchema>>;
export type AxisDocument = z.output<ReturnType<typeof axisObject>>;
export type PruneSettings = NonNullable<SweepDocument['prune']>;
