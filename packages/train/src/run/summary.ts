import * as z from 'zod';
import { metricGroups, runStatuses } from '../events/event.ts';

const count = z.int().min(0);

/** `summary.json`: a run in short, rewritten at every checkpoint and when the run ends. */
export const runSummarySchema = z.object({
  run: z.string(),
  /** The experiment's name; of a run of `createRun` the name that it was asked for by. */
  experiment: z.string(),
  /** `running` stays when a run is killed; whether it still runs, its lock tells. */
  status: z.enum(['running', ...runStatuses]),
  device: z.string().optional(),
  /** Number of learned values. */
  parameters: count.optional(),
  /** Epochs that are through, of so many (where that is known), and steps taken. */
  epoch: count,
  epochs: count.optional(),
  step: count,
  /** The newest that were measured, by group. Of a run of `createRun` `train` has values of steps, unless its epochs have such a group. */
  metrics: metricGroups,
  /** The best value of what `checkpoint.monitor` names, the epoch at whose end it was measured, and the steps taken then. */
  best: z.object({ monitor: z.string(), value: z.number(), epoch: count, step: count }).optional(),
  /** Milliseconds since 1970 (UTC). */
  started: z.number(),
  /** Time spent training, over all resumptions. */
  seconds: z.number(),
  /** Why the run ended, in words; nothing while it runs. */
  reason: z.string().optional(),
  error: z.string().optional(),
});

export type RunSummary = z.output<typeof runSummarySchema>;
