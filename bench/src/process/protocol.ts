import { z } from 'zod';
import type { Task } from '../task.ts';

/*
 * A peer is a process that takes requests as lines of JSON on its standard input, `{ id, op, … }`, and answers each with a
 * line on its standard output, `{ id, answer }` or `{ id, error }`. Its first line, `ready`, comes unasked and has the id 0.
 */

export type Request =
  /** Makes a task ready in place of the one before. */
  | { readonly op: 'prepare'; readonly task: Task }
  /** Computes what peers are compared by; before any steps. */
  | { readonly op: 'check' }
  /** Takes so many steps. */
  | { readonly op: 'step'; readonly count: number }
  | { readonly op: 'release' }
  | { readonly op: 'versions' }
  /** Asks for the most memory that the process has had resident until now. */
  | { readonly op: 'memory' }
  /** Asks a page for what it has loaded until now, zipped, without the data. */
  | { readonly op: 'download' };

/** Answers by request. */
export const answers = {
  ready: z.object({
    /** Seconds from before the library's import until it can be used; of a page, since it was opened. */
    ready: z.number(),
  }),
  prepare: z.object({}),
  check: z.object({ check: z.number() }),
  /** Zero where the steps are shorter than what the clock tells apart. */
  step: z.object({ seconds: z.number().nonnegative() }),
  release: z.object({}),
  versions: z.record(z.string(), z.string()),
  memory: z.object({ bytes: z.number() }),
  download: z.object({ bytes: z.number() }),
};

export type Answer<K extends keyof typeof answers> = z.infer<(typeof answers)[K]>;

/** A line of a peer: what it answers to the request with that id, or why it does not. */
export const reply = z.union([
  z.object({ id: z.number(), error: z.string() }),
  z.object({ id: z.number(), answer: z.unknown() }),
]);
