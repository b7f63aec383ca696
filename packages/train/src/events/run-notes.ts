import * as z from 'zod';

/** `notes.json`: what a reader wrote about a run. */
export const runNotesSchema = z.object({
  /** Up to 10,000 characters. */
  note: z.string().max(10_000),
  /** Up to 100 texts of 1 to 100 characters. */
  tags: z.array(z.string().min(1).max(100)).max(100),
});

export type RunNotes = z.output<typeof runNotesSchema>;
