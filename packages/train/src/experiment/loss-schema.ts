import { z } from 'zod';
import { tagged } from './tagged.ts';

const kind = <const N extends string>(type: N) => ({
  type: z.literal(type),
  reduction: z
    .enum(['mean', 'sum'])
    .default('mean')
    .describe('Reduction of the losses of the elements to one number.'),
});
const classWeight = z
  .array(z.number().min(0))
  .min(1)
  .optional()
  .describe('Weight of each class. Default: equal weights.');

/** What is made small. Definitions and options are those of `torch.nn.functional`. */
export const lossSchema = tagged([
  z.strictObject(kind('mse')).describe('Mean squared error.'),
  z.strictObject(kind('l1')).describe('Mean absolute error.'),
  z
    .strictObject({ ...kind('huber'), delta: z.number().positive().default(1) })
    .describe('Squared near 0, absolute beyond delta.'),
  z.strictObject(kind('bce')).describe('Binary cross-entropy of probabilities; the model ends in a sigmoid.'),
  z
    .strictObject({ ...kind('bceWithLogits'), posWeight: z.array(z.number().positive()).min(1).optional() })
    .describe('Binary cross-entropy of logits; the model has no sigmoid at the end.'),
  z
    .strictObject({
      ...kind('crossEntropy'),
      labelSmoothing: z.number().min(0).max(1).default(0),
      weight: classWeight,
    })
    .describe('Cross-entropy of logits; the model has no softmax at the end.'),
  z
    .strictObject({ ...kind('nll'), weight: classWeight })
    .describe('Negative log-likelihood; the model ends in a logSoftmax.'),
]);

export type LossSettings = z.output<typeof lossSchema>;
