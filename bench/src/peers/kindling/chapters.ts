import { Generator, manualSeed, noGrad, type Tensor, tensor } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import { chapterTraining } from '../../data/chapter-training.ts';
import type { ArrayFile, ChapterTask } from '../../task.ts';
import { drawSeed, readArray } from '../operands.ts';
import type { Prepared } from '../peer.ts';
import { stepsOf } from './trainer.ts';

const tensorOf = (file: ArrayFile, { dtype }: Tensor): Tensor =>
  tensor(readArray(file), { shape: file.shape, dtype });

/** A built-in experiment by its `Trainer`, which records its steps or takes them eagerly. */
export async function prepareChapter(task: ChapterTask, isRecorded: boolean): Promise<Prepared> {
  const { program, feed, batch: batchSize } = task;
  const { trainer, data } = (await chapterTraining(program, isRecorded)).training;
  const parameters = trainer.model.namedParameters();
  noGrad(() => {
    for (const [name, parameter] of parameters) {
      const first = tensorOf(task.parameters[name]!, parameter);
      parameter.copy_(first);
      first.dispose();
    }
  });
  const [ofInput, ofTarget] = data.train.tensors;
  const samples = [tensorOf(task.input, ofInput), tensorOf(task.target, ofTarget)] as const;
  const firstBatch = samples.map((values) => values.narrow(0, 0, batchSize)) as [Tensor, Tensor];
  // With a generator of its own, it leaves the default one to what the program draws.
  const first = new DataLoader(new TensorDataset(...firstBatch), { batchSize, generator: new Generator(0) });
  const batches =
    feed === 'fixed' ? first : new DataLoader(new TensorDataset(...samples), { batchSize, shuffle: true });
  const { check, step } = stepsOf(trainer, first, batches);
  return {
    check() {
      manualSeed(drawSeed);
      return check();
    },
    step,
    dispose() {
      const held = [...firstBatch, ...samples, ...parameters.map(([, parameter]) => parameter)];
      for (const each of held) each.dispose();
    },
  };
}
