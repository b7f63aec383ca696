import { runStatuses } from '@kindling/train/events';
import * as z from 'zod';
import { number } from './number.ts';

const count = z.int().min(0);

/** How a run stands: as its summary says, `interrupted` where it was killed, `damaged` where its folder cannot be read. */
export const runStates = ['running', 'interrupted', ...runStatuses, 'damaged'] as const;

/** Values of a metric over a run. The least and the largest come once the host has read the run's log. */
const metricValues = z.object({
  last: number,
  min: number.optional(),
  max: number.optional(),
});

/** A run in the table of runs. */
export const runRowSchema = z.object({
  /** Names the run in all messages: its folder, relative to the folder of runs, with `/`. */
  id: z.string().min(1),
  name: z.string(),
  state: z.enum(runStates),
  /** What is wrong with a damaged run; why another ended. */
  reason: z.string().optional(),
  /** Milliseconds since 1970 (UTC). */
  started: z.number().optional(),
  /** Time spent training, over all resumptions. */
  seconds: z.number().optional(),
  device: z.string().optional(),
  /** Number of learned values. */
  parameters: count.optional(),
  step: count.optional(),
  epoch: count.optional(),
  /** Epochs that are planned. */
  epochs: count.optional(),
  /** Settings by dotted path, as texts: `optimizer.lr`. */
  settings: z.record(z.string(), z.string()),
  /** Metrics by group and name: `validation/accuracy`; of steps by name alone. */
  metrics: z.record(z.string(), metricValues),
  /** What a reader wrote about the run. */
  note: z.string(),
  tags: z.array(z.string()),
});

export type RunRow = z.output<typeof runRowSchema>;
export type RunRowState = RunRow['state'];
