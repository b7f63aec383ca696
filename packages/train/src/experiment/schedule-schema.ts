import { z } from 'zod';
import { tagged } from './tagged.ts';

const count = z.int().positive();
const kind = <const N extends string>(type: N) => ({ type: z.literal(type) });
const per = (byDefault: 'epoch' | 'step') =>
  z.enum(['epoch', 'step']).default(byDefault).describe('Unit of the schedule.');
const gamma = z.number().positive();
const warmUp = count.optional().describe('Length of a linear warm-up before the schedule.');

/** How the learning rate changes. Definitions and defaults are those of `torch.optim.lr_scheduler`. */
export const scheduleSchema = tagged([
  z
    .strictObject({ ...kind('step'), per: per('epoch'), warmUp, stepSize: count, gamma: gamma.default(0.1) })
    .describe('Multiplies the learning rate by gamma every stepSize.'),
  z
    .strictObject({
      ...kind('multiStep'),
      per: per('epoch'),
      warmUp,
      milestones: z.array(z.int().min(0)).min(1),
      gamma: gamma.default(0.1),
    })
    .describe('Multiplies the learning rate by gamma at each milestone.'),
  z
    .strictObject({ ...kind('exponential'), per: per('epoch'), warmUp, gamma })
    .describe('Multiplies the learning rate by gamma each time.'),
  z
    .strictObject({
      ...kind('cosine'),
      per: per('epoch'),
      warmUp,
      tMax: count
        .optional()
        .describe('Length of the cosine. Default: the whole training without the warm-up.'),
      etaMin: z.number().min(0).default(0).describe('Learning rate at the end.'),
    })
    .describe('Lowers the learning rate along half a cosine.'),
  z
    .strictObject({
      ...kind('oneCycle'),
      maxLr: z.number().positive(),
      totalSteps: count.optional().describe('Number of steps. Default: the whole training.'),
      pctStart: z.number().min(0).max(1).default(0.3),
      annealStrategy: z.enum(['cos', 'linear']).default('cos'),
      cycleMomentum: z.boolean().default(true),
      baseMomentum: z.number().min(0).default(0.85),
      maxMomentum: z.number().min(0).default(0.95),
      divFactor: z.number().positive().default(25),
      finalDivFactor: z.number().positive().default(1e4),
      threePhase: z.boolean().default(false),
    })
    .describe('Raises the learning rate to maxLr and lowers it again (1cycle).'),
  z
    .strictObject({
      ...kind('plateau'),
      factor: z.number().positive().lt(1).default(0.1),
      patience: z.int().min(0).default(10),
      threshold: z.number().min(0).default(1e-4),
      thresholdMode: z.enum(['rel', 'abs']).default('rel'),
      cooldown: z.int().min(0).default(0),
      minLr: z.number().min(0).default(0),
      eps: z.number().min(0).default(1e-8),
    })
    .describe(
      'Multiplies the learning rate by factor when the validation loss stops falling; the training loss without validation.',
    ),
  z
    .strictObject({
      ...kind('warmUp'),
      per: per('step'),
      startFactor: z
        .number()
        .positive()
        .max(1)
        .default(1 / 3),
      endFactor: z.number().min(0).max(1).default(1),
      totalIters: count.default(5).describe('Length of the change.'),
    })
    .describe('Changes the learning rate linearly from startFactor · lr to endFactor · lr.'),
]);

export type ScheduleSettings = z.output<typeof scheduleSchema>;
