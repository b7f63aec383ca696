import * as z from 'zod';

/** Any number, NaN and infinities too. */
const number = z.custom<number>((value) => typeof value === 'number', 'a number');
const measured = z.record(z.string(), number);

/** What a `EventLogger` remembers. */
export const eventLoggerStateSchema = z.object({
  /** Of training, over all resumptions. */
  seconds: z.number(),
  /** What was measured last, with the weights of then. */
  metrics: z.object({ train: measured.optional(), validation: measured.optional() }),
  /** The newest step, where it is not in the log: it goes there if it turns out to be the last. */
  pending: z
    .object({
      step: z.int(),
      epoch: z.int(),
      loss: number,
      lr: number,
      metrics: measured.exactOptional(),
    })
    .nullable(),
  /** How long the gradient of each parameter was in the newest step; the resumed process cannot compute it again. */
  gradients: z.object({ parameters: z.array(z.string()), norms: z.array(number) }).nullable(),
});

export type EventLoggerState = z.output<typeof eventLoggerStateSchema>;
