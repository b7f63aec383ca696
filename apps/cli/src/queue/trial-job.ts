import * as z from 'zod';

/** What a trial is in a queue: a document, and nothing that is executed. */
export const trialJobSchema = z.object({
  /** Of the program that put it there; another one refuses it. */
  version: z.string(),
  sweep: z.string(),
  run: z.string().regex(/^[\w.-]+$/),
  /** As in an experiment file. */
  experiment: z.record(z.string(), z.unknown()),
});

export type TrialJob = z.output<typeof trialJobSchema>;

/** What a worker answers. The files lie under {@link resultKey}, and may be gone where they were fetched before. */
export const trialOutcomeSchema = z.object({
  /** Why the trial failed; null where it did not. */
  failure: z.object({ message: z.string(), code: z.int() }).nullable(),
  /** Files that were too large to send. */
  leftOut: z.array(z.string()),
});

export type TrialOutcome = z.output<typeof trialOutcomeSchema>;

/** Queues of trials: of those that any worker takes, and of those that ask for a GPU. */
export const queueOf = (device: string): string =>
  device.startsWith('cuda') ? 'kindling-trials-cuda' : 'kindling-trials';

export const resultKey = (job: string): string => `kindling:result:${job}`;

/** What a worker is, under a key that lapses when it is gone. */
export const workerKey = (id: string): string => `kindling:worker:${id}`;

/** Seconds that results are kept. */
export const RESULT_SECONDS = 7 * 24 * 3600;
