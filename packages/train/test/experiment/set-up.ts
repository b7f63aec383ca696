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

/** The options of layers that need some, for samples of four numbers. */
export const requiredOptions = {
  linear: { out: 3 },
  threshold: { threshold: 0.5, value: 1 },
  groupNorm: { numGroups: 2 },
  embedding: { numEmbeddings: 5, embeddingDim: 3 },
} as const;
