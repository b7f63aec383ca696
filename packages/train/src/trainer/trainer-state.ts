import { FormatError, Tensor } from '@kindling/core';
import * as z from 'zod';
import type { OptimizerStateDict } from '../optimizers/optimizer-state.ts';
import type { ScheduleState } from '../schedules/schedule.ts';

const count = z.int().min(0);
const tensor = z.instanceof(Tensor);
/** NaN and infinities too: zod's own number refuses them, and a state holds what training came to. */
const number = z.custom<number>((value) => typeof value === 'number', 'a number');
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

const optimizerSchema: z.ZodType<OptimizerStateDict> = z.object({
  state: z.record(z.string(), z.record(z.string(), z.union([tensor, number]))),
  paramGroups: z.array(
    z.looseObject({
      params: z.array(count),
      lr: number,
      weightDecay: number,
      maximize: z.boolean(),
      initialLr: number.exactOptional(),
    }),
  ),
});

const scheduleSchema: z.ZodType<ScheduleState> = z.record(
  z.string(),
  z.union([number, z.null(), z.array(number), z.array(z.lazy(() => scheduleSchema))]),
);

/** How far training is. */
const positionSchema = z.object({
  /** Steps taken over all epochs. */
  step: count,
  epoch: count,
  /** Steps taken in the epoch, and the sum of their losses. */
  epochSteps: count,
  lossSum: number,
  /** Whether all batches of the epoch are through, and only its evaluation is missing. */
  trained: z.boolean(),
  /** Seconds that the epoch took until now. */
  epochSeconds: z.number(),
});

const trainerStateSchema = positionSchema.extend({
  model: z.record(z.string(), tensor),
  optimizer: optimizerSchema,
  /** Of the other optimizers of a training step of one's own. */
  otherOptimizers: z.array(optimizerSchema).optional(),
  schedule: scheduleSchema.nullable(),
  /** The default generator, as it is now. */
  generator: bytes,
  /** Where the batches are, as they tell it themselves; null between epochs. */
  batches: z.unknown(),
  /** How many processes share the epochs, where there are several. */
  processes: count.optional(),
  callbacks: z.record(z.string(), z.unknown()),
});

export type TrainerPosition = z.output<typeof positionSchema>;

/**
 * All that the steps to come depend on. Its tensors are those of the model and the optimizer, and change with the next step:
 * write it down, or clone them.
 */
export type TrainerState = z.output<typeof trainerStateSchema>;

/** @throws FormatError for anything but a state. */
export function parseTrainerState(value: unknown): TrainerState {
  const parsed = trainerStateSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new FormatError(
    `Trainer: expected the state of a trainer, got one with ${path.join('.')}: ${message}`,
  );
}
