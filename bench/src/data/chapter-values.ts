import type { Tensor } from '@kindling/core';
import type { ChapterName, ChapterTask } from '../task.ts';
import { chapterTraining } from './chapter-training.ts';
import type { Samples, Values } from './sources.ts';

/** What a built-in experiment says of its program. */
export interface ChapterValues extends Pick<ChapterTask, 'loss' | 'optimizer'> {
  readonly inputShape: readonly number[];
  readonly samples: Omit<Samples, 'isReal'>;
  /** First values by name. */
  readonly parameters: Readonly<Record<string, Values>>;
}

const losses = ['mse', 'bce', 'crossEntropy'] as const;

/** Class numbers and codes of characters are small: they are stored as bytes. */
const valuesOf = (tensor: Tensor): Values => ({
  values: tensor.dtype === 'float32' ? Float32Array.from(tensor.data()) : Uint8Array.from(tensor.data()),
  shape: tensor.shape,
  divisor: 1,
});

export async function chapterValues(program: ChapterName): Promise<ChapterValues> {
  const { experiment, training } = await chapterTraining(program);
  const { data, trainer } = training;
  const { type, ...settings } = experiment.optimizer;
  const loss = losses.find((name) => name === experiment.loss.type);
  if (loss === undefined || (type !== 'adam' && type !== 'adamW') || !('weightDecay' in settings)) {
    throw new Error(
      `expected a loss and an optimizer that peers have, got ${experiment.loss.type} and ${type}`,
    );
  }
  const [input, target] = data.train.tensors;
  return {
    loss,
    optimizer: { type, lr: settings.lr, weightDecay: settings.weightDecay },
    inputShape: data.inputShape,
    samples: { input: valuesOf(input), target: valuesOf(target) },
    parameters: Object.fromEntries(
      trainer.model.namedParameters().map(([name, parameter]) => [name, valuesOf(parameter)]),
    ),
  };
}
