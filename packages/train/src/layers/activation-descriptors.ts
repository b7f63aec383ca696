import * as z from 'zod';
import type { OptionsOf } from '../descriptor.ts';
import { lazily } from '../lazily.ts';
import { axisOf, axisProblem, type LayerDescriptor, type Shape } from './layer-descriptor.ts';

const dim = lazily(() =>
  z.int().default(-1).describe('Axis of the batch: 1 is the first of a sample, -1 the last of it.'),
);
const alongAxis = lazily(() => ({ dim: dim() }));
const lambd = lazily(() =>
  z.number().min(0).default(0.5).describe('Half the width of the interval around 0.'),
);
const prelu = lazily(() => ({
  numParameters: z
    .union([z.literal(1), z.literal('channels')])
    .default(1)
    .describe('Slopes: 1 for all, or one for each channel, which is the first axis of a sample.'),
  init: z.number().default(0.25).describe('First value of the slopes.'),
}));
const hardtanh = lazily(() => ({
  minVal: z.number().default(-1),
  maxVal: z.number().default(1),
}));

/** Sizes with that of an axis halved. */
const halved = (shape: Shape, axis: number): Shape => shape.map((size, i) => (i === axis ? size / 2 : size));

/** Nonlinearities, and probabilities along an axis. */
export const activationDescriptors = [
  {
    type: 'relu',
    description: 'max(0, x)',
    options: () => ({
      straightThrough: z
        .boolean()
        .default(false)
        .describe('Use 1 as the derivative everywhere (straight-through).'),
    }),
  },
  {
    type: 'leakyRelu',
    description: 'x above 0, negativeSlope · x below.',
    options: () => ({ negativeSlope: z.number().default(0.01) }),
  },
  {
    type: 'prelu',
    description: 'x above 0, w · x below, with learned slopes w.',
    options: prelu,
  },
  { type: 'relu6', description: 'min(max(0, x), 6)', options: () => ({}) },
  { type: 'sigmoid', description: '1 / (1 + e⁻ˣ)', options: () => ({}) },
  { type: 'logSigmoid', description: 'log(1 / (1 + e⁻ˣ))', options: () => ({}) },
  { type: 'hardsigmoid', description: 'min(max(0, x + 3), 6) / 6', options: () => ({}) },
  { type: 'tanh', options: () => ({}) },
  {
    type: 'hardtanh',
    description: 'x, clamped to [minVal, maxVal].',
    options: hardtanh,
    problem: ({ minVal, maxVal }: OptionsOf<typeof hardtanh>) =>
      minVal < maxVal
        ? undefined
        : { option: 'maxVal', message: `expected a number above minVal ${minVal}, got ${maxVal}` },
  },
  { type: 'softsign', description: 'x / (1 + |x|)', options: () => ({}) },
  {
    type: 'gelu',
    description: 'x · Φ(x)',
    options: () => ({ approximate: z.enum(['none', 'tanh']).default('none') }),
  },
  { type: 'silu', description: 'x · sigmoid(x)', options: () => ({}) },
  { type: 'hardswish', description: 'x · hardsigmoid(x)', options: () => ({}) },
  { type: 'mish', description: 'x · tanh(softplus(x))', options: () => ({}) },
  {
    type: 'elu',
    description: 'x above 0, α(eˣ − 1) below.',
    options: () => ({ alpha: z.number().default(1) }),
  },
  {
    type: 'celu',
    description: 'x above 0, α(e^(x/α) − 1) below.',
    options: () => ({ alpha: z.number().positive().default(1) }),
  },
  {
    type: 'selu',
    description: 'λx above 0, λα(eˣ − 1) below, with the constants of SELU.',
    options: () => ({}),
  },
  {
    type: 'softplus',
    description: 'log(1 + e^βx) / β; x itself where βx is above the threshold.',
    options: () => ({ beta: z.number().positive().default(1), threshold: z.number().default(20) }),
  },
  { type: 'tanhshrink', description: 'x − tanh x', options: () => ({}) },
  {
    type: 'hardshrink',
    description: 'x where |x| is above lambd, else 0.',
    options: () => ({ lambd: lambd() }),
  },
  {
    type: 'softshrink',
    description: 'x moved towards 0 by lambd, at most to 0.',
    options: () => ({ lambd: lambd() }),
  },
  {
    type: 'threshold',
    description: 'x above the threshold, else value.',
    options: () => ({ threshold: z.number(), value: z.number() }),
  },
  {
    type: 'glu',
    description: 'a · sigmoid(b) for the halves a and b of an axis.',
    options: alongAxis,
    outputShape: ({ dim }: OptionsOf<typeof alongAxis>, input: Shape) => halved(input, axisOf(dim, input)),
    problem: ({ dim }: OptionsOf<typeof alongAxis>, input: Shape) => {
      const size = input[axisOf(dim, input)];
      return size !== undefined && size % 2 === 1
        ? { message: `expected an even size along axis ${dim}, got ${size}` }
        : axisProblem(dim, input);
    },
  },
  {
    type: 'softmax',
    description: 'eˣ / Σ eˣ along an axis.',
    options: alongAxis,
    problem: ({ dim }: OptionsOf<typeof alongAxis>, input: Shape) => axisProblem(dim, input),
  },
  {
    type: 'softmin',
    description: 'e⁻ˣ / Σ e⁻ˣ along an axis.',
    options: alongAxis,
    problem: ({ dim }: OptionsOf<typeof alongAxis>, input: Shape) => axisProblem(dim, input),
  },
  {
    type: 'logSoftmax',
    description: 'x − log Σ eˣ along an axis.',
    options: alongAxis,
    problem: ({ dim }: OptionsOf<typeof alongAxis>, input: Shape) => axisProblem(dim, input),
  },
] as const satisfies readonly LayerDescriptor[];
