import * as z from 'zod';
import { byType, type Descriptor } from '../descriptor.ts';
import { lazily } from '../lazily.ts';

/** A way to get first values that experiments can name. Its function is in the table `initializers`. */
export interface InitDescriptor extends Descriptor {
  /** Whether NumPy's generator can draw it, or it draws nothing. Default false. */
  readonly byNumpy?: boolean;
}

const fan = lazily(() => ({
  mode: z
    .enum(['fanIn', 'fanOut'])
    .default('fanIn')
    .describe('Whether the forward (fanIn) or the backward pass (fanOut) preserves the variance.'),
  nonlinearity: z
    .enum(['leakyRelu', 'relu', 'linear', 'sigmoid', 'tanh', 'selu'])
    .default('leakyRelu')
    .describe('Nonlinearity after the layer; it determines the gain.'),
  a: z.number().default(0).describe('Negative slope of the leaky ReLU after the layer.'),
}));
const gain = lazily(() => z.number().positive().default(1));

/** How a parameter gets its first values: the functions of `torch.nn.init`. */
export const initDescriptors = [
  { type: 'kaimingNormal', description: 'N(0, std), std = gain / √fan.', options: fan },
  { type: 'kaimingUniform', description: 'U(−b, b), b = gain · √(3 / fan).', options: fan },
  {
    type: 'xavierNormal',
    description: 'N(0, std), std = gain · √(2 / (fan in + fan out)).',
    options: () => ({ gain: gain() }),
  },
  {
    type: 'xavierUniform',
    description: 'U(−b, b), b = gain · √(6 / (fan in + fan out)).',
    options: () => ({ gain: gain() }),
  },
  {
    type: 'normal',
    options: () => ({ mean: z.number().default(0), std: z.number().min(0).default(1) }),
    byNumpy: true,
  },
  {
    type: 'uniform',
    options: () => ({ low: z.number().default(0), high: z.number().default(1) }),
    byNumpy: true,
  },
  { type: 'constant', options: () => ({ value: z.number() }), byNumpy: true },
  { type: 'zeros', options: () => ({}), byNumpy: true },
  { type: 'ones', options: () => ({}), byNumpy: true },
] as const satisfies readonly InitDescriptor[];

const known = byType(initDescriptors);

export type InitName = keyof typeof known;

/** Names of those that NumPy's generator can draw. */
export const namesByNumpy: readonly string[] = initDescriptors
  .filter((descriptor: InitDescriptor) => descriptor.byNumpy)
  .map(({ type }) => type);
