import { z } from 'zod';
import { tagged } from './tagged.ts';

/** A size of a tensor; more would not fit into one. */
const size = z
  .int()
  .positive()
  .max(2 ** 31 - 1);
const share = z.number().min(0).lt(1);
const kind = <const N extends string>(type: N) => ({ type: z.literal(type) });

const fan = {
  mode: z
    .enum(['fanIn', 'fanOut'])
    .default('fanIn')
    .describe('Whether the forward (fanIn) or the backward pass (fanOut) preserves the variance.'),
  nonlinearity: z
    .enum(['leakyRelu', 'relu', 'linear', 'sigmoid', 'tanh', 'selu'])
    .default('leakyRelu')
    .describe('Nonlinearity after the layer; it determines the gain.'),
  a: z.number().default(0).describe('Negative slope of the leaky ReLU after the layer.'),
};
const gain = z.number().positive().default(1);

/** How a parameter gets its first values: the functions of `torch.nn.init`. */
export const initSchema = tagged([
  z.strictObject({ ...kind('kaimingNormal'), ...fan }).describe('N(0, std), std = gain / √fan.'),
  z.strictObject({ ...kind('kaimingUniform'), ...fan }).describe('U(−b, b), b = gain · √(3 / fan).'),
  z
    .strictObject({ ...kind('xavierNormal'), gain })
    .describe('N(0, std), std = gain · √(2 / (fan in + fan out)).'),
  z
    .strictObject({ ...kind('xavierUniform'), gain })
    .describe('U(−b, b), b = gain · √(6 / (fan in + fan out)).'),
  z.strictObject({ ...kind('normal'), mean: z.number().default(0), std: z.number().min(0).default(1) }),
  z.strictObject({ ...kind('uniform'), low: z.number().default(0), high: z.number().default(1) }),
  z.strictObject({ ...kind('constant'), value: z.number() }),
  z.strictObject(kind('zeros')),
  z.strictObject(kind('ones')),
]).meta({ id: 'init' });

const init = z
  .strictObject({ weight: initSchema.optional(), bias: initSchema.optional() })
  .describe("Initial values. Default: PyTorch's, U(−1/√in, 1/√in) for both.");

/** A layer of the model. Sizes that are left out follow from the layer before, or from the data. */
export const layerSchema = tagged([
  z
    .strictObject({
      ...kind('linear'),
      out: size.describe('Number of outputs.'),
      in: size.optional().describe('Number of inputs. Default: the number of outputs of the previous layer.'),
      bias: z.boolean().default(true),
      init: init.optional(),
    })
    .describe('y = x Wᵀ + b'),
  z
    .strictObject({
      ...kind('relu'),
      straightThrough: z
        .boolean()
        .default(false)
        .describe('Use 1 as the derivative everywhere (straight-through).'),
    })
    .describe('max(0, x)'),
  z
    .strictObject({ ...kind('leakyRelu'), negativeSlope: z.number().default(0.01) })
    .describe('x above 0, negativeSlope · x below.'),
  z.strictObject(kind('sigmoid')).describe('1 / (1 + e⁻ˣ)'),
  z.strictObject(kind('tanh')),
  z
    .strictObject({ ...kind('gelu'), approximate: z.enum(['none', 'tanh']).default('none') })
    .describe('x · Φ(x)'),
  z.strictObject(kind('silu')).describe('x · sigmoid(x)'),
  z.strictObject({ ...kind('elu'), alpha: z.number().default(1) }).describe('x above 0, α(eˣ − 1) below.'),
  z
    .strictObject({
      ...kind('softplus'),
      beta: z.number().positive().default(1),
      threshold: z.number().default(20),
    })
    .describe('log(1 + e^βx) / β; x itself where βx is above the threshold.'),
  z.strictObject({ ...kind('softmax'), dim: z.int().default(-1) }),
  z.strictObject({ ...kind('logSoftmax'), dim: z.int().default(-1) }),
  z
    .strictObject({ ...kind('layerNorm'), eps: z.number().positive().default(1e-5) })
    .describe('Normalizes each sample over its last axis, then scales and shifts.'),
  z
    .strictObject({
      ...kind('batchNorm'),
      eps: z.number().positive().default(1e-5),
      momentum: z.number().min(0).max(1).default(0.1),
    })
    .describe('Normalizes each feature over the batch, then scales and shifts.'),
  z
    .strictObject({ ...kind('dropout'), p: share.default(0.5) })
    .describe('In training, sets each value to 0 with probability p and scales the others by 1 / (1 − p).'),
  z.strictObject(kind('flatten')).describe('Flattens each sample into one dimension.'),
]);

export type Init = z.output<typeof initSchema>;
export type Layer = z.output<typeof layerSchema>;
