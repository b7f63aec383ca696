import { z } from 'zod';
import { runStatuses } from './event.ts';
import { jsonNumber } from './number-schema.ts';

const metrics = z.record(z.string(), jsonNumber);
const count = z.int().min(0);

/** `summary.json`: a run in short, rewritten at every checkpoint and when the run ends. */
export const runSummarySchema = z.object({
  run: z.string(),
  /** The experiment's name. */
  experiment: z.string(),
  /** `running` stays when a run is killed; whether it still runs, its lock tells. */
  status: z.enum(['running', ...runStatuses]),
  device: z.string(),
  /** Number of learned values. */
  parameters: count,
  /** Epochs that are through, of so many, and steps taken. */
  epoch: count,
  epochs: count,
  step: count,
  /** The newest that were measured. */
  metrics: z.object({ train: metrics.optional(), validation: metrics.optional() }),
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
