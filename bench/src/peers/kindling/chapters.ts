import { Generator, manualSeed, noGrad, type Tensor, tensor } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import { chapterTraining } from '../../data/chapter-training.ts';
import type { ArrayFile, ChapterTask } from '../../task.ts';
import { drawSeed, readArray } from '../operands.ts';
import type { Prepared } from '../peer.ts';
import { stepsOf } from './trainer.ts';

const read = (file: ArrayFile, { dtype }: Pick<Tensor, 'dtype'>): Tensor =>
  tensor(readArray(file), { shape: file.shape, dtype });

/** A built-in experiment by its `Trainer`, which records its steps or takes them eagerly. */
export async function prepareChapter(task: ChapterTask, isRecorded: boolean): Promise<Prepared> {
  const { program, feed, batch, parameters } = task;
  const { training } = await chapterTraining(program, isRecorded);
  const { trainer, data } = training;
  const state = new Map(trainer.model.namedParameters());
  noGrad(() => {
    for (const [name, file] of Object.entries(parameters)) {
      const values = read(file, { dtype: 'float32' });
      state.get(name)!.copy_(values);
      values.dispose();
    }
  });
  const [sampleInput, sampleTarget] = data.train.tensors;
  const input = read(task.input, sampleInput);
  const target = read(task.target, sampleTarget);
  const batchSize = batch;
  // A generator of its own leaves the default one to what the program draws.
  const first = new DataLoader(
    new TensorDataset(input.narrow(0, 0, batch), target.narrow(0, 0, batch)),
    { batchSize, generator: new Generator(0) },
  );
  const batches =
    feed === 'fixed' ? first : new DataLoader(new TensorDataset(input, target), { batchSize, shuffle: true });
  const { check, step } = stepsOf(trainer, first, batches);
  return {
    check() {
      manualSeed(drawSeed);
      return check();
    },
    step,
    dispose() {
      for (const held of [input, target, ...state.values()]) held.dispose();
    },
  };
}
