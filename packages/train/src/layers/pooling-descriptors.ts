import { formatShape } from '@kindling/core/internal/errors';
import * as z from 'zod';
import type { OptionsOf } from '../descriptor.ts';
import { lazily } from '../lazily.ts';
import type { LayerDescriptor, LayerProblem, Shape } from './layer-descriptor.ts';
import {
  type Axes,
  adaptedSizes,
  perAxis,
  spatialProblem,
  windowProblem,
  windowSizes,
} from './spatial-shape.ts';

const windowOptions = (axes: Axes) => ({
  kernelSize: perAxis(axes, 1).describe('Size of the window along each axis, or one for all.'),
  stride: perAxis(axes, 1)
    .optional()
    .describe('From one position of the window to the next. Default: its size.'),
  padding: perAxis(axes, 0).default(0).describe('Padding on both sides.'),
  ceilMode: z.boolean().default(false).describe('Take positions that reach beyond the input, too.'),
});

const maxOptions = (axes: Axes) => ({
  ...windowOptions(axes),
  dilation: perAxis(axes, 1).default(1).describe('From one element of the window to the next.'),
});

const avgOptions = (axes: Axes) => ({
  ...windowOptions(axes),
  countIncludePad: z.boolean().default(true).describe('Whether padding counts as elements of 0.'),
});

type MaxPool = OptionsOf<typeof maxOptions>;
type AvgPool = OptionsOf<typeof avgOptions>;

/** Most of a window may be padding by half. */
function pooledProblem(options: MaxPool | AvgPool, input: Shape, axes: Axes): LayerProblem | undefined {
  const problem = windowProblem(input, axes, options);
  if (problem !== undefined) return problem;
  const [kernels, pads] = [options.kernelSize, options.padding].map((value) => [value].flat());
  const wrong = Array.from({ length: axes }, (_, i) => i).find(
    (i) => 2 * (pads![i] ?? pads![0]!) > (kernels![i] ?? kernels![0]!),
  );
  return wrong === undefined
    ? undefined
    : {
        option: 'padding',
        message: `expected at most half of the kernel ${JSON.stringify(options.kernelSize)}, got ${JSON.stringify(options.padding)}`,
      };
}

const maxPool = <const N extends string>(type: N, axes: Axes) => ({
  type,
  description: 'The largest value in each window.',
  options: () => maxOptions(axes),
  outputShape: (options: MaxPool, [channels = 1, ...sizes]: Shape): Shape => [
    channels,
    ...windowSizes(sizes, options),
  ],
  problem: (options: MaxPool, input: Shape) => pooledProblem(options, input, axes),
  takes: 'image' as const,
});

const avgPool = <const N extends string>(type: N, axes: Axes) => ({
  type,
  description: 'The mean of each window.',
  options: () => avgOptions(axes),
  outputShape: (options: AvgPool, [channels = 1, ...sizes]: Shape): Shape => [
    channels,
    ...windowSizes(sizes, options),
  ],
  problem: (options: AvgPool, input: Shape) => pooledProblem(options, input, axes),
  takes: 'image' as const,
});

const adaptiveOptions = (axes: Axes) => {
  const size = z.int().positive();
  return {
    outputSize: z
      .union([size, z.array(z.union([size, z.null()])).length(axes)])
      .describe('Sizes of the output, or one for all; null keeps that of the input.'),
  };
};

type Adaptive = OptionsOf<typeof adaptiveOptions>;

const adaptivePool = <const N extends string>(type: N, axes: Axes, description: string) => ({
  type,
  description,
  options: () => adaptiveOptions(axes),
  outputShape: ({ outputSize }: Adaptive, [channels = 1, ...sizes]: Shape): Shape => [
    channels,
    ...adaptedSizes(sizes, outputSize),
  ],
  problem: (_: Adaptive, input: Shape) => spatialProblem(input, axes),
  takes: 'image' as const,
});

const padOptions = (axes: Axes) => {
  const amount = z.int();
  return {
    padding: z
      .union([amount, z.array(amount).length(2 * axes)])
      .describe('Elements to add on each side: left, right and of images top, bottom; or one for all.'),
    mode: z
      .enum(['constant', 'reflect', 'replicate', 'circular'])
      .default('constant')
      .describe('What they hold: a value, or what the input has.'),
    value: z.number().default(0).describe('The value of the mode constant.'),
  };
};

type Pad = OptionsOf<typeof padOptions>;

/** Sizes with the padding of each axis, which is written from the last axis to the first. */
const paddedSizes = (sizes: Shape, padding: Pad['padding']): Shape =>
  sizes.map((size, axis) => {
    const before = 2 * (sizes.length - 1 - axis);
    return typeof padding === 'number' ? size + 2 * padding : size + padding[before]! + padding[before + 1]!;
  });

const pad = <const N extends string>(type: N, axes: Axes) => ({
  type,
  description: 'Elements around each sample.',
  options: () => padOptions(axes),
  outputShape: ({ padding }: Pad, [channels = 1, ...sizes]: Shape): Shape => [
    channels,
    ...paddedSizes(sizes, padding),
  ],
  problem: ({ padding, mode }: Pad, input: Shape): LayerProblem | undefined => {
    const problem = spatialProblem(input, axes);
    if (problem !== undefined) return problem;
    const sizes = input.slice(1);
    const most = mode === 'reflect' ? 1 : mode === 'circular' ? 0 : Number.NEGATIVE_INFINITY;
    const amounts = typeof padding === 'number' ? sizes.map(() => padding) : axesOf(padding);
    const isTooMuch = sizes.some((size, axis) => amounts[axis]! > size - most);
    const isGone = paddedSizes(sizes, padding).some((size) => size < 1);
    return isTooMuch || isGone
      ? {
          option: 'padding',
          message: `expected a padding for samples of shape ${formatShape(input)}, got ${JSON.stringify(padding)}`,
        }
      : undefined;
  },
  takes: 'image' as const,
});

/** The larger padding of each axis, the first axis first. */
const axesOf = (padding: readonly number[]): readonly number[] =>
  Array.from({ length: padding.length / 2 }, (_, i) =>
    Math.max(padding[2 * i]!, padding[2 * i + 1]!),
  ).reverse();

const upsample = lazily(() => ({
  scaleFactor: z.number().positive().default(2).describe('Factor of each size.'),
  mode: z.enum(['nearest', 'linear', 'bilinear']).default('nearest'),
  alignCorners: z
    .boolean()
    .default(false)
    .describe('Whether corners keep their values, of linear and bilinear.'),
}));

const shuffle = lazily(() => ({ factor: z.int().positive().describe('Factor of height and width.') }));

/** Pooling, padding and interpolation of signals and images. */
export const poolingDescriptors = [
  maxPool('maxPool1d', 1),
  maxPool('maxPool2d', 2),
  avgPool('avgPool1d', 1),
  avgPool('avgPool2d', 2),
  adaptivePool('adaptiveMaxPool1d', 1, 'The largest values of as many parts as outputs are asked for.'),
  adaptivePool('adaptiveMaxPool2d', 2, 'The largest values of as many parts as outputs are asked for.'),
  adaptivePool('adaptiveAvgPool1d', 1, 'The means of as many parts as outputs are asked for.'),
  adaptivePool('adaptiveAvgPool2d', 2, 'The means of as many parts as outputs are asked for.'),
  pad('pad1d', 1),
  pad('pad2d', 2),
  {
    type: 'upsample',
    description: 'Larger signals or images, by repetition or interpolation.',
    options: upsample,
    outputShape: ({ scaleFactor }: OptionsOf<typeof upsample>, [channels = 1, ...sizes]: Shape): Shape => [
      channels,
      ...sizes.map((size) => Math.floor(size * scaleFactor)),
    ],
    problem: ({ mode, scaleFactor }: OptionsOf<typeof upsample>, input: Shape): LayerProblem | undefined => {
      const axes = mode === 'linear' ? 1 : mode === 'bilinear' || input.length !== 2 ? 2 : 1;
      const problem = spatialProblem(input, axes);
      if (problem !== undefined || !input.slice(1).some((size) => Math.floor(size * scaleFactor) < 1)) {
        return problem;
      }
      const message = `expected a factor that leaves something of samples of shape ${formatShape(input)}, got ${scaleFactor}`;
      return { option: 'scaleFactor', message };
    },
    takes: 'image',
  },
  {
    type: 'pixelShuffle',
    description: 'Images of fewer channels that are larger by a factor: channels become pixels.',
    options: shuffle,
    outputShape: ({ factor }: OptionsOf<typeof shuffle>, [channels = 1, ...sizes]: Shape): Shape => [
      channels / factor ** 2,
      ...sizes.map((size) => size * factor),
    ],
    problem: ({ factor }: OptionsOf<typeof shuffle>, input: Shape): LayerProblem | undefined => {
      const problem = spatialProblem(input, 2);
      if (problem !== undefined || !(input[0]! % factor ** 2 > 0)) return problem;
      return {
        option: 'factor',
        message: `expected a factor whose square divides ${input[0]}, the number of channels, got ${factor}`,
      };
    },
    takes: 'image',
  },
  {
    type: 'pixelUnshuffle',
    description: 'Images of more channels that are smaller by a factor: pixels become channels.',
    options: shuffle,
    outputShape: ({ factor }: OptionsOf<typeof shuffle>, [channels = 1, ...sizes]: Shape): Shape => [
      channels * factor ** 2,
      ...sizes.map((size) => size / factor),
    ],
    problem: ({ factor }: OptionsOf<typeof shuffle>, input: Shape): LayerProblem | undefined => {
      const problem = spatialProblem(input, 2);
      if (problem !== undefined || !input.slice(1).some((size) => size % factor > 0)) return problem;
      return {
        option: 'factor',
        message: `expected a divisor of the sizes of samples of shape ${formatShape(input)}, got ${factor}`,
      };
    },
    takes: 'image',
  },
] as const satisfies readonly LayerDescriptor[];
