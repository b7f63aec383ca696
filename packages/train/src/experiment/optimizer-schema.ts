import { z } from 'zod';
import { tagged } from './tagged.ts';

const kind = <const N extends string>(type: N) => ({ type: z.literal(type) });
const rate = z.number().min(0).describe('Learning rate.');
const positive = z.number().positive();
const beta = z.number().min(0).lt(1);
const betas = z
  .tuple([beta, beta])
  .default([0.9, 0.999])
  .describe('Decay rates of the running means of the gradient and of its square.');
const eps = z.number().min(0);
const weightDecay = (byDefault: number) =>
  z
    .number()
    .min(0)
    .default(byDefault)
    .describe('Weight decay: an L2 penalty, decoupled from the gradient in adamW.');
const momentum = z.number().min(0).default(0);

/** The update rule. Options and defaults are those of `torch.optim`. */
export const optimizerSchema = tagged([
  z.strictObject({
    ...kind('sgd'),
    lr: rate,
    momentum,
    dampening: z.number().default(0),
    nesterov: z.boolean().default(false),
    weightDecay: weightDecay(0),
  }),
  z.strictObject({
    ...kind('adam'),
    lr: rate.default(1e-3),
    betas,
    eps: eps.default(1e-8),
    weightDecay: weightDecay(0),
    amsgrad: z.boolean().default(false),
  }),
  z.strictObject({
    ...kind('adamW'),
    lr: rate.default(1e-3),
    betas,
    eps: eps.default(1e-8),
    weightDecay: weightDecay(1e-2),
    amsgrad: z.boolean().default(false),
  }),
  z.strictObject({
    ...kind('rmsprop'),
    lr: rate.default(1e-2),
    alpha: z
      .number()
      .min(0)
      .default(0.99)
      .describe('Decay rate of the running mean of the squared gradient.'),
    eps: eps.default(1e-8),
    weightDecay: weightDecay(0),
    momentum,
    centered: z.boolean().default(false),
  }),
  z.strictObject({
    ...kind('adagrad'),
    lr: rate.default(1e-2),
    lrDecay: z.number().min(0).default(0),
    weightDecay: weightDecay(0),
    initialAccumulatorValue: z.number().min(0).default(0),
    eps: eps.default(1e-10),
  }),
]);

/** A bound on the gradients before each update. */
export const clipSchema = z.union([
  z.strictObject({
    norm: positive.describe('Largest total norm of all gradients; larger ones are scaled down.'),
  }),
  z.strictObject({ value: positive.describe('Clamp each gradient element to [−value, value].') }),
]);

export type OptimizerSettings = z.output<typeof optimizerSchema>;
