import { nn } from '@kindling/core';
import type { Layer } from '../experiment/layer-schema.ts';
import type { convolutionDescriptors } from './convolution-descriptors.ts';
import type { Shape } from './layer-descriptor.ts';
import type { poolingDescriptors } from './pooling-descriptors.ts';

type ImageLayerName = (typeof convolutionDescriptors | typeof poolingDescriptors)[number]['type'];

type LayerOf<N extends ImageLayerName> = Extract<Layer, { type: N }>;

/** Options without what is given apart from them. */
const convolution = <T extends { type: string; out: number; kernelSize: unknown; init?: unknown }>({
  type: _,
  out: __,
  kernelSize: ___,
  init: ____,
  ...options
}: T) => options;

const window = <T extends { type: string; kernelSize: unknown }>({
  type: _,
  kernelSize: __,
  ...options
}: T) => options;

const channelsOf = (shape: Shape): number => shape[0] ?? 1;

/** Makes the modules of layers of signals and images, by the names of `convolutionDescriptors` and `poolingDescriptors`. */
export const imageLayers: {
  readonly [N in ImageLayerName]: (layer: LayerOf<N>, input: Shape) => nn.Module;
} = {
  conv1d: (layer, input) => new nn.Conv1d(channelsOf(input), layer.out, layer.kernelSize, convolution(layer)),
  conv2d: (layer, input) => new nn.Conv2d(channelsOf(input), layer.out, layer.kernelSize, convolution(layer)),
  convTranspose1d: (layer, input) =>
    new nn.ConvTranspose1d(channelsOf(input), layer.out, layer.kernelSize, convolution(layer)),
  convTranspose2d: (layer, input) =>
    new nn.ConvTranspose2d(channelsOf(input), layer.out, layer.kernelSize, convolution(layer)),
  maxPool1d: (layer) => new nn.MaxPool1d(layer.kernelSize, window(layer)),
  maxPool2d: (layer) => new nn.MaxPool2d(layer.kernelSize, window(layer)),
  avgPool1d: (layer) => new nn.AvgPool1d(layer.kernelSize, window(layer)),
  avgPool2d: (layer) => new nn.AvgPool2d(layer.kernelSize, window(layer)),
  adaptiveMaxPool1d: ({ outputSize }, input) => new nn.AdaptiveMaxPool1d(sized(outputSize, input)),
  adaptiveMaxPool2d: ({ outputSize }) => new nn.AdaptiveMaxPool2d(outputSize),
  adaptiveAvgPool1d: ({ outputSize }, input) => new nn.AdaptiveAvgPool1d(sized(outputSize, input)),
  adaptiveAvgPool2d: ({ outputSize }) => new nn.AdaptiveAvgPool2d(outputSize),
  pad1d: ({ padding, mode, value }) =>
    mode === 'constant' ? new nn.ConstantPad1d(padding, value) : new pads1d[mode](padding),
  pad2d: ({ padding, mode, value }) =>
    mode === 'constant' ? new nn.ConstantPad2d(padding, value) : new pads2d[mode](padding),
  upsample: ({ scaleFactor, mode, alignCorners }) =>
    new nn.Upsample({ scaleFactor, mode, ...(mode === 'nearest' ? {} : { alignCorners }) }),
  pixelShuffle: ({ factor }) => new nn.PixelShuffle(factor),
  pixelUnshuffle: ({ factor }) => new nn.PixelUnshuffle(factor),
};

const pads1d = {
  reflect: nn.ReflectionPad1d,
  replicate: nn.ReplicationPad1d,
  circular: nn.CircularPad1d,
} as const;

const pads2d = {
  reflect: nn.ReflectionPad2d,
  replicate: nn.ReplicationPad2d,
  circular: nn.CircularPad2d,
} as const;

/** The length that is asked for, which null makes that of the input. */
const sized = (outputSize: number | (number | null)[], input: Shape): number =>
  typeof outputSize === 'number' ? outputSize : (outputSize[0] ?? input[1]!);
