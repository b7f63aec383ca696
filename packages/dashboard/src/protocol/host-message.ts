import { sampleSchema } from '@kindling/train/events';
import * as z from 'zod';
import { columnBlockSchema } from './column-block.ts';
import { actionNames, protocolVersion } from './page-message.ts';
import { runRowSchema } from './run-row.ts';

/** Everything at once: the answer to `ready`. A page that holds something forgets it. */
export const snapshotSchema = z.object({
  type: z.literal('snapshot'),
  version: protocolVersion,
  /** Where the runs are, as a person would name it. */
  folder: z.string(),
  /** What the page may ask for. */
  actions: z.array(z.enum(actionNames)),
  /** Whether notes and tags can be kept. */
  canAnnotate: z.boolean(),
  runs: z.array(runRowSchema),
  /** Runs to show first. */
  selected: z.array(z.string()).optional(),
});

/** Runs that are new or have changed, and those that are gone. */
export const runsSchema = z.object({
  type: z.literal('runs'),
  changed: z.array(runRowSchema),
  removed: z.array(z.string()),
  /** Runs to show from now on, where the host has just begun them for the reader. */
  selected: z.array(z.string()).optional(),
});

/**
 * What a followed run has logged since the last such message, from its beginning. A long log comes in several messages, and a page that
 * is slow gets fewer and larger ones.
 */
export const progressSchema = z.object({
  type: z.literal('progress'),
  run: z.string(),
  /** When the run began, in milliseconds since 1970 (UTC). */
  began: z.number().optional(),
  /** Columns `step`, `epoch`, `time`, and each metric behind `metric:`. */
  steps: columnBlockSchema.optional(),
  /** Columns `epoch`, `step`, `seconds`, `time`, and each metric behind `metric:` as `metric:group/name`. */
  epochs: columnBlockSchema.optional(),
  /** Samples; they replace all from the index `from` on. */
  samples: z.object({ from: z.int().min(0), items: z.array(sampleSchema) }).optional(),
  /** Lines of the log that could not be read, events of unknown types, and what is wrong with the first. */
  log: z.object({ skipped: z.int(), unknown: z.int(), problem: z.string().optional() }).optional(),
  /** The experiment, or the config of a program's own loop, as JSON text. In the first message alone. */
  document: z.string().optional(),
});

/** How a request ended. */
export const answerSchema = z.object({
  type: z.literal('answer'),
  request: z.int(),
  /** Nothing where it was done. */
  error: z.string().optional(),
});

/** What a host sends. */
export const hostMessageSchema = z.discriminatedUnion('type', [
  snapshotSchema,
  runsSchema,
  progressSchema,
  answerSchema,
]);

export type Snapshot = z.output<typeof snapshotSchema>;
export type RunsMessage = z.output<typeof runsSchema>;
export type Progress = z.output<typeof progressSchema>;
export type Answer = z.output<typeof answerSchema>;
export type HostMessage = z.output<typeof hostMessageSchema>;
