import { nn } from '@kindling/core';
import type { Layer } from '../experiment/layer-schema.ts';
import type { LayerName, Shape } from './layer-descriptors.ts';
import { StraightThroughReLU } from './straight-through-relu.ts';

type LayerOf<N extends LayerName> = Extract<Layer, { type: N }>;

/** Makes the module of a layer for inputs of a shape, by the names of `layerDescriptors`. */
const layers: { readonly [N in LayerName]: (layer: LayerOf<N>, input: Shape) => nn.Module } = {
  linear: ({ in: inputs, out, bias }, input) => new nn.Linear(inputs ?? lastOf(input), out, { bias }),
  relu: ({ straightThrough }) => (straightThrough ? new StraightThroughReLU() : new nn.ReLU()),
  leakyRelu: ({ negativeSlope }) => new nn.LeakyReLU(negativeSlope),
  sigmoid: () => new nn.Sigmoid(),
  tanh: () => new nn.Tanh(),
  gelu: ({ approximate }) => new nn.GELU({ approximate }),
  silu: () => new nn.SiLU(),
  elu: ({ alpha }) => new nn.ELU(alpha),
  softplus: ({ beta, threshold }) => new nn.Softplus(beta, threshold),
  softmax: ({ dim }) => new nn.Softmax(dim),
  logSoftmax: ({ dim }) => new nn.LogSoftmax(dim),
  layerNorm: ({ eps }, input) => new nn.LayerNorm(lastOf(input), { eps }),
  batchNorm: ({ eps, momentum }, input) => new nn.BatchNorm1d(input[0] ?? 1, { eps, momentum }),
  dropout: ({ p }) => new nn.Dropout(p),
  flatten: () => new nn.Flatten(),
};

const lastOf = (shape: Shape): number => shape.at(-1) ?? 1;

/** The module of a layer for inputs of a shape, without the batch. */
export function buildLayer(layer: Layer, input: Shape): nn.Module {
  const build: (layer: never, input: Shape) => nn.Module = layers[layer.type];
  return build(layer as never, input);
}
