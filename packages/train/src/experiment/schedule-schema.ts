import { z } from 'zod';
import { tagged } from './tagged.ts';

const count = z.int().positive();
const kind = <const N extends string>(type: N) => ({ type: z.literal(type) });
const per = (byDefault: 'epoch' | 'step') =>
  z.enum(['epoch', 'step']).default(byDefault).describe('What the schedule counts.');
const gamma = z.number().positive();
const warmUp = count
  .optional()
  .describe('Rise to the learning rate in a straight line for so long first, then begin.');

/** How the learning rate changes. Definitions and defaults are those of `torch.optim.lr_scheduler`. */
export const scheduleSchema = tagged([
  z
    .strictObject({ ...kind('step'), per: per('epoch'), warmUp, stepSize: count, gamma: gamma.default(0.1) })
    .describe('Times gamma after every stepSize.'),
  z
    .strictObject({
      ...kind('multiStep'),
      per: per('epoch'),
      warmUp,
      milestones: z.array(z.int().min(0)).min(1),
      gamma: gamma.default(0.1),
    })
    .describe('Times gamma at each milestone.'),
  z
    .strictObject({ ...kind('exponential'), per: per('epoch'), warmUp, gamma })
    .describe('Times gamma after each.'),
  z
    .strictObject({
      ...kind('cosine'),
      per: per('epoch'),
      warmUp,
      tMax: count
        .optional()
        .describe('Length of the half wave. Default: the whole training, without the warm-up.'),
      etaMin: z.number().min(0).default(0).describe('Learning rate at its end.'),
    })
    .describe('Down along half a cosine.'),
  z
    .strictObject({
      ...kind('oneCycle'),
      maxLr: z.number().positive(),
      totalSteps: count.optional().describe('Default: the whole training.'),
      pctStart: z.number().min(0).max(1).default(0.3),
      annealStrategy: z.enum(['cos', 'linear']).default('cos'),
      cycleMomentum: z.boolean().default(true),
      baseMomentum: z.number().min(0).default(0.85),
      maxMomentum: z.number().min(0).default(0.95),
      divFactor: z.number().positive().default(25),
      finalDivFactor: z.number().positive().default(1e4),
      threePhase: z.boolean().default(false),
    })
    .describe('Up to maxLr and down again, step by step.'),
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
    .describe('Times factor when the validation loss (without one: the training loss) stops falling.'),
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
      totalIters: count.default(5).describe('After how many the factor is endFactor.'),
    })
    .describe('From startFactor · lr to endFactor · lr in a straight line.'),
]);

export type ScheduleSettings = z.output<typeof scheduleSchema>;
