import { z } from 'zod';
import { canTake, type Implementation } from '../implementations.ts';
import type { Outcome } from '../measure/outcome.ts';
import { summarize } from '../statistics.ts';
import { units } from '../unit.ts';
import type { Workload } from '../workload.ts';

const summary = z.object({
  median: z.number(),
  mad: z.number(),
  min: z.number(),
  max: z.number(),
  runs: z.number(),
});

const row = summary.extend({ workload: z.string(), implementation: z.string(), unit: z.enum(units) });
export type Row = Readonly<z.infer<typeof row>>;

const cache = z.object({ level: z.number(), bytes: z.number() });
export type Cache = Readonly<z.infer<typeof cache>>;

/** What a run of the bench found; the file holds this, and the ratios that follow from it. */
export const resultsSchema = z.object({
  /** When it began, in the form of ISO 8601. */
  date: z.string(),
  /** Whether it was for trying the bench: its numbers count for nothing. */
  quick: z.boolean(),
  machine: z.object({
    cpu: z.string(),
    cores: z.number(),
    memoryBytes: z.number(),
    os: z.string(),
    node: z.string(),
    /** Caches of data that a core has or shares, the nearest first; left out in older files. */
    caches: z.array(cache).optional(),
    /** Threads that Kindling takes where nothing sets them; left out in older files. */
    threads: z.number().optional(),
  }),
  /** Of each implementation's library and what it stands on. */
  versions: z.record(z.string(), z.record(z.string(), z.string())),
  /** Data sets that were used: the real ones, or random numbers of their shape. */
  data: z.record(z.string(), z.enum(['real', 'random'])),
  rows: z.array(row),
  /** What was left out, and why. */
  notes: z.array(
    z.object({
      implementation: z.string(),
      workload: z.string().optional(),
      reason: z.string(),
      detail: z.string().optional(),
    }),
  ),
});

export type Results = Readonly<z.infer<typeof resultsSchema>>;

export function rowsOf({ name, unit }: Workload, { measurements }: Outcome): Row[] {
  return measurements
    .filter(({ values }) => values.length > 0)
    .map(({ implementation, values }) => ({ workload: name, implementation, unit, ...summarize(values) }));
}

/** Implementations that a workload is for. */
export function takingPart(workload: Workload, all: readonly Implementation[]): Implementation[] {
  if (workload.measure === 'command' || workload.measure === 'size') return [];
  const { measure, step, threads: wanted } = workload;
  const without = workload.measure === 'steps' ? workload.without : undefined;
  // A page does not know its memory, and a process downloads nothing.
  const suits = (isPage: boolean): boolean => (isPage ? measure !== 'peak-memory' : measure !== 'download');
  return all.filter(
    (implementation) =>
      canTake(implementation, step) &&
      !without?.includes(implementation.family) &&
      (wanted === undefined || wanted === implementation.threads) &&
      suits(implementation.isPage ?? false),
  );
}
