import { nn } from '@kindling/core';
import type { Layer } from '../experiment/layer-schema.ts';
import { CausalEncoder } from './causal-encoder.ts';
import { LastStep } from './last-step.ts';
import type { Shape } from './layer-descriptor.ts';
import { PositionEmbedding } from './position-embedding.ts';
import { RecurrentOutputs } from './recurrent-outputs.ts';
import type { sequenceLayerDescriptors } from './sequence-layer-descriptors.ts';

type SequenceLayerName = (typeof sequenceLayerDescriptors)[number]['type'];

type LayerOf<N extends SequenceLayerName> = Extract<Layer, { type: N }>;

/** Makes the modules of layers of sequences, by the names of `sequenceLayerDescriptors`. */
export const sequenceLayers: {
  readonly [N in SequenceLayerName]: (layer: LayerOf<N>, input: Shape) => nn.Module;
} = {
  rnn: ({ hiddenSize, type: _, ...options }, input) =>
    new RecurrentOutputs(new nn.RNN(featuresOf(input), hiddenSize, { ...options, batchFirst: true })),
  lstm: ({ hiddenSize, type: _, ...options }, input) =>
    new RecurrentOutputs(new nn.LSTM(featuresOf(input), hiddenSize, { ...options, batchFirst: true })),
  gru: ({ hiddenSize, type: _, ...options }, input) =>
    new RecurrentOutputs(new nn.GRU(featuresOf(input), hiddenSize, { ...options, batchFirst: true })),
  transformerEncoder: ({ numLayers, nhead, isCausal, type: _, ...options }, input) => {
    const layer = new nn.TransformerEncoderLayer(featuresOf(input), nhead, { ...options, batchFirst: true });
    return new (isCausal ? CausalEncoder : nn.TransformerEncoder)(layer, numLayers);
  },
  positionEmbedding: ({ numEmbeddings }, input) =>
    new PositionEmbedding(numEmbeddings ?? input[0]!, featuresOf(input)),
  positionalEncoding: ({ dropout }, input) =>
    new nn.PositionalEncoding(featuresOf(input), { dropout, maxLen: input[0]!, batchFirst: true }),
  lastStep: () => new LastStep(),
};

const featuresOf = (shape: Shape): number => shape[1] ?? 1;
