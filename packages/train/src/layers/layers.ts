import { nn } from '@kindling/core';
import type { Layer } from '../experiment/layer-schema.ts';
import type { Shape } from './layer-descriptor.ts';
import type { LayerName } from './layer-descriptors.ts';
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
  batchNorm: ({ type: _, ...options }, input) => new nn.BatchNorm1d(channelsOf(input), options),
  groupNorm: ({ numGroups, eps, affine }, input) =>
    new nn.GroupNorm(numGroups, channelsOf(input), { eps, affine }),
  dropout: ({ p }) => new nn.Dropout(p),
  embedding: ({ numEmbeddings, embeddingDim, paddingIdx, maxNorm, normType }) =>
    new nn.Embedding(numEmbeddings, embeddingDim, { paddingIdx, maxNorm, normType }),
  flatten: ({ startDim, endDim }) => new nn.Flatten(startDim, endDim),
  identity: () => new nn.Identity(),
};

const channelsOf = (shape: Shape): number => shape[0] ?? 1;

const lastOf = (shape: Shape): number => shape.at(-1) ?? 1;

/** The module of a layer for inputs of a shape, without the batch. */
export function buildLayer(layer: Layer, input: Shape): nn.Module {
  const build: (layer: never, input: Shape) => nn.Module = layers[layer.type];
  return build(layer as never, input);
}
