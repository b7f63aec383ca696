import * as z from 'zod';

/** What a `Checkpointer` remembers: the best value so far, the epoch at whose end it was measured, and the steps taken then. */
export const checkpointerStateSchema = z.object({
  best: z.object({ value: z.number(), epoch: z.int(), step: z.int() }).nullable(),
});

export type CheckpointerState = z.output<typeof checkpointerStateSchema>;
