import type { nn } from '@kindling/core';
import { type Experiment, type ExperimentInput, parseExperiment } from '../../src/index.ts';

const base = {
  name: 'built',
  device: 'cpu',
  data: { source: 'xor' },
  model: [{ type: 'linear', out: 1 }],
  loss: 'mse',
  optimizer: { type: 'sgd', lr: 0.1 },
  epochs: 4,
} satisfies ExperimentInput;

/** A small experiment, with what a test changes of it. */
export const experiment = (change: Partial<ExperimentInput>): Experiment =>
  parseExperiment({ ...base, ...change });

export const valuesOf = (model: nn.Module): number[][] => model.parameters().map((p) => [...p.data()]);

const image = [4, 6, 6];
const signal = [4, 8];
const sequence = [3, 4];

/** Layers of samples that are not rows of four numbers: the shape of their samples. */
const shapes: Readonly<Record<string, readonly number[]>> = {
  conv1d: signal,
  conv2d: image,
  convTranspose1d: signal,
  convTranspose2d: image,
  maxPool1d: signal,
  maxPool2d: image,
  avgPool1d: signal,
  avgPool2d: image,
  adaptiveMaxPool1d: signal,
  adaptiveMaxPool2d: image,
  adaptiveAvgPool1d: signal,
  adaptiveAvgPool2d: image,
  pad1d: signal,
  pad2d: image,
  upsample: image,
  pixelShuffle: image,
  pixelUnshuffle: image,
  instanceNorm: image,
  ...Object.fromEntries(
    ['rnn', 'lstm', 'gru', 'transformerEncoder', 'positionEmbedding', 'positionalEncoding', 'lastStep'].map(
      (type) => [type, sequence],
    ),
  ),
  channelDropout: image,
};

/** Shape of a sample that a layer takes: four numbers, where it takes any. */
export const shapeFor = (type: string): readonly number[] => shapes[type] ?? [4];

/** The options of layers that need some, for such samples. */
export const requiredOptions = {
  linear: { out: 3 },
  threshold: { threshold: 0.5, value: 1 },
  groupNorm: { numGroups: 2 },
  embedding: { numEmbeddings: 5, embeddingDim: 3 },
  reshape: { shape: [2, 2] },
  conv1d: { out: 2, kernelSize: 3, padding: 1, stride: 2 },
  conv2d: { out: 2, kernelSize: [3, 2], dilation: 2, groups: 2 },
  convTranspose1d: { out: 2, kernelSize: 3, stride: 2, outputPadding: 1 },
  convTranspose2d: { out: 2, kernelSize: [3, 2], stride: 2, padding: 1 },
  maxPool1d: { kernelSize: 3, ceilMode: true },
  maxPool2d: { kernelSize: [2, 3], padding: 1 },
  avgPool1d: { kernelSize: 3, stride: 2, ceilMode: true },
  avgPool2d: { kernelSize: 4, stride: 3, padding: 2, ceilMode: true },
  adaptiveMaxPool1d: { outputSize: 3 },
  adaptiveMaxPool2d: { outputSize: [2, null] },
  adaptiveAvgPool1d: { outputSize: 3 },
  adaptiveAvgPool2d: { outputSize: 1 },
  pad1d: { padding: [1, 2] },
  pad2d: { padding: [1, 2, 3, 0], mode: 'reflect' },
  pixelShuffle: { factor: 2 },
  pixelUnshuffle: { factor: 3 },
  rnn: { hiddenSize: 3 },
  lstm: { hiddenSize: 3, projSize: 2, bidirectional: true },
  gru: { hiddenSize: 3, numLayers: 2, bidirectional: true },
  transformerEncoder: { numLayers: 2, nhead: 2, dimFeedforward: 8 },
  residual: { layers: [{ type: 'linear', out: 4 }] },
} as const;
