import { nn } from '@kindling/core';
import type { Layer } from '../experiment/layer-schema.ts';
import { imageLayers } from './image-layers.ts';
import type { Shape } from './layer-descriptor.ts';
import { type LayerName, outputShapeOf } from './layer-descriptors.ts';
import { Reshape } from './reshape.ts';
import { Residual } from './residual.ts';
import { sequenceLayers } from './sequence-layers.ts';
import { StraightThroughReLU } from './straight-through-relu.ts';

type LayerOf<N extends LayerName> = Extract<Layer, { type: N }>;

/** Makes the module of a layer for inputs of a shape, by the names of `layerDescriptors`. */
const layers: { readonly [N in LayerName]: (layer: LayerOf<N>, input: Shape) => nn.Module } = {
  linear: ({ in: inputs, out, bias }, input) => new nn.Linear(inputs ?? lastOf(input), out, { bias }),
  relu: ({ straightThrough }) => (straightThrough ? new StraightThroughReLU() : new nn.ReLU()),
  leakyRelu: ({ negativeSlope }) => new nn.LeakyReLU(negativeSlope),
  prelu: ({ numParameters, init }, input) =>
    new nn.PReLU({ numParameters: numParameters === 'channels' ? channelsOf(input) : numParameters, init }),
  relu6: () => new nn.ReLU6(),
  sigmoid: () => new nn.Sigmoid(),
  logSigmoid: () => new nn.LogSigmoid(),
  hardsigmoid: () => new nn.Hardsigmoid(),
  tanh: () => new nn.Tanh(),
  hardtanh: ({ minVal, maxVal }) => new nn.Hardtanh(minVal, maxVal),
  softsign: () => new nn.Softsign(),
  gelu: ({ approximate }) => new nn.GELU({ approximate }),
  silu: () => new nn.SiLU(),
  hardswish: () => new nn.Hardswish(),
  mish: () => new nn.Mish(),
  elu: ({ alpha }) => new nn.ELU(alpha),
  celu: ({ alpha }) => new nn.CELU(alpha),
  selu: () => new nn.SELU(),
  softplus: ({ beta, threshold }) => new nn.Softplus(beta, threshold),
  tanhshrink: () => new nn.Tanhshrink(),
  hardshrink: ({ lambd }) => new nn.Hardshrink(lambd),
  softshrink: ({ lambd }) => new nn.Softshrink(lambd),
  threshold: ({ threshold, value }) => new nn.Threshold(threshold, value),
  glu: ({ dim }) => new nn.GLU(dim),
  softmax: ({ dim }) => new nn.Softmax(dim),
  softmin: ({ dim }) => new nn.Softmin(dim),
  logSoftmax: ({ dim }) => new nn.LogSoftmax(dim),
  layerNorm: ({ type: _, ...options }, input) => new nn.LayerNorm(lastOf(input), options),
  batchNorm: ({ type: _, ...options }, input) =>
    new (isImage(input) ? nn.BatchNorm2d : nn.BatchNorm1d)(channelsOf(input), options),
  instanceNorm: ({ eps, affine }, input) =>
    new (isImage(input) ? nn.InstanceNorm2d : nn.InstanceNorm1d)(channelsOf(input), { eps, affine }),
  channelDropout: ({ p }, input) => new (isImage(input) ? nn.Dropout2d : nn.Dropout1d)(p),
  groupNorm: ({ numGroups, eps, affine }, input) =>
    new nn.GroupNorm(numGroups, channelsOf(input), { eps, affine }),
  dropout: ({ p }) => new nn.Dropout(p),
  embedding: ({ numEmbeddings, embeddingDim, paddingIdx, maxNorm, normType }) =>
    new nn.Embedding(numEmbeddings, embeddingDim, { paddingIdx, maxNorm, normType }),
  flatten: ({ startDim, endDim }) => new nn.Flatten(startDim, endDim),
  identity: () => new nn.Identity(),
  reshape: ({ shape }) => new Reshape(shape),
  ...imageLayers,
  ...sequenceLayers,
  residual: ({ layers, skip }, input) => new Residual(buildLayers(layers, input), buildLayers(skip, input)),
};

const channelsOf = (shape: Shape): number => shape[0] ?? 1;

const isImage = ({ length }: Shape): boolean => length === 3;

const lastOf = (shape: Shape): number => shape.at(-1) ?? 1;

/** The module of a layer for inputs of a shape, without the batch. */
export function buildLayer(layer: Layer, input: Shape): nn.Module {
  const build: (layer: never, input: Shape) => nn.Module = layers[layer.type];
  return build(layer as never, input);
}

/** The modules of layers one after the other. */
export function buildLayers(layers: readonly Layer[], input: Shape): nn.Sequential {
  const modules: nn.Module[] = [];
  let shape = input;
  for (const layer of layers) {
    modules.push(buildLayer(layer, shape));
    shape = outputShapeOf(layer, shape);
  }
  return new nn.Sequential(...modules);
}

/** Layers and their modules, in which those that hold others come before them. */
export function* layersOf(
  layers: readonly Layer[],
  modules: Iterable<nn.Module>,
): Generator<readonly [layer: Layer, module: nn.Module]> {
  const all = [...modules];
  for (const [i, layer] of layers.entries()) {
    const module = all[i]!;
    yield [layer, module];
    if (layer.type !== 'residual' || !(module instanceof Residual)) continue;
    yield* layersOf(layer.layers, module.layers);
    yield* layersOf(layer.skip, module.skip);
  }
}
