import * as z from 'zod';

/** A line of `kindling devices --json`. */
export const deviceRecord = z.object({
  type: z.literal('device'),
  device: z.string(),
  available: z.boolean(),
  name: z.string().optional(),
  engine: z.string().optional(),
  /** What was looked for, and what was found. */
  checks: z.array(z.object({ engine: z.string(), result: z.string() })).catch([]),
});

export type DeviceRecord = z.output<typeof deviceRecord>;
