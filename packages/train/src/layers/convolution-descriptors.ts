import * as z from 'zod';
import type { OptionsOf } from '../descriptor.ts';
import { lazily } from '../lazily.ts';
import { initSchema } from './init-schema.ts';
import type { LayerDescriptor, Shape } from './layer-descriptor.ts';
import {
  type Axes,
  groupProblem,
  perAxis,
  spatialProblem,
  transposedSizes,
  windowProblem,
  windowSizes,
} from './spatial-shape.ts';

const channels = lazily(() =>
  z
    .int()
    .positive()
    .max(2 ** 31 - 1),
);

const common = (axes: Axes) => ({
  out: channels().describe('Number of output channels.'),
  kernelSize: perAxis(axes, 1).describe('Size of the kernel along each axis, or one for all.'),
  stride: perAxis(axes, 1).default(1).describe('From one position of the kernel to the next.'),
  dilation: perAxis(axes, 1).default(1).describe('From one element of the kernel to the next.'),
  groups: channels().default(1).describe('Groups of channels that are convolved apart from each other.'),
  bias: z.boolean().default(true),
  init: z
    .strictObject({ weight: initSchema().optional(), bias: initSchema().optional() })
    .describe("Initial values. Default: PyTorch's, U(−1/√fan, 1/√fan) for both.")
    .optional(),
});

const convolution = (axes: Axes) => ({
  ...common(axes),
  padding: z
    .union([perAxis(axes, 0), z.enum(['same', 'valid'])])
    .default(0)
    .describe('Padding on both sides; same keeps the size, valid is none.'),
  paddingMode: z
    .enum(['zeros', 'reflect', 'replicate', 'circular'])
    .default('zeros')
    .describe('What the padding holds.'),
});

const transposed = (axes: Axes) => ({
  ...common(axes),
  padding: perAxis(axes, 0).default(0).describe('Sizes that are left out on both sides of the output.'),
  outputPadding: perAxis(axes, 0).default(0).describe('Size that is added on one side of the output.'),
});

type Convolution = OptionsOf<typeof convolution>;
type Transposed = OptionsOf<typeof transposed>;

const parameters = ({ bias }: Convolution | Transposed): readonly ('weight' | 'bias')[] =>
  bias ? ['weight', 'bias'] : ['weight'];

const conv = <const N extends string>(type: N, axes: Axes, description: string) => ({
  type,
  description,
  options: () => convolution(axes),
  outputShape: (options: Convolution, [, ...sizes]: Shape): Shape => [
    options.out,
    ...windowSizes(sizes, options),
  ],
  problem: (options: Convolution, input: Shape) => {
    const { padding, stride, groups, out } = options;
    const problem = windowProblem(input, axes, options) ?? groupProblem(groups, input[0]!, out);
    if (problem !== undefined || padding !== 'same' || `${[stride].flat()}`.match(/^1(,1)?$/)) return problem;
    const message = `expected 1 with the padding same, got ${JSON.stringify(stride)}`;
    return { option: 'stride', message };
  },
  parameters,
  takes: 'image' as const,
});

const convTranspose = <const N extends string>(type: N, axes: Axes, description: string) => ({
  type,
  description,
  options: () => transposed(axes),
  outputShape: (options: Transposed, [, ...sizes]: Shape): Shape => [
    options.out,
    ...transposedSizes(sizes, options),
  ],
  problem: (options: Transposed, input: Shape) => {
    const problem = spatialProblem(input, axes) ?? groupProblem(options.groups, input[0]!, options.out);
    if (problem !== undefined) return problem;
    const least = transposedSizes(input.slice(1), options).find((size) => size < 1);
    return least === undefined
      ? undefined
      : { option: 'padding', message: `expected an output of at least 1 along each axis, got ${least}` };
  },
  parameters,
  takes: 'image' as const,
});

/** Convolutions of signals and of images, and their transposes. */
export const convolutionDescriptors = [
  conv('conv1d', 1, 'Convolution of signals [channels, length] with learned kernels.'),
  conv('conv2d', 2, 'Convolution of images [channels, height, width] with learned kernels.'),
  convTranspose('convTranspose1d', 1, 'Transposed convolution of signals.'),
  convTranspose('convTranspose2d', 2, 'Transposed convolution of images: it makes larger ones.'),
] as const satisfies readonly LayerDescriptor[];
