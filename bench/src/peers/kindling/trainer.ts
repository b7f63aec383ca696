import type { Tensor } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import { type Batches, type Callback, type DataParallel, Trainer } from '@kindling/train';
import type { TrainingTask } from '../../task.ts';
import { type Prepared, secondsOf } from '../peer.ts';
import { disposeProgram, programOf } from './training.ts';

/** Steps of a trainer, which reads each loss; those of `check` by the first batch. */
export function stepsOf(
  trainer: Trainer,
  first: Batches,
  batches: Batches,
): Pick<Prepared, 'step'> & { check(): Promise<number> } {
  let last = Number.NaN;
  const watcher: Callback = {
    name: 'bench',
    interval: Number.POSITIVE_INFINITY,
    onTrainBatchEnd: (steps) => {
      last = steps.at(-1)?.loss ?? last;
    },
  };
  const take = async (from: Batches, count: number): Promise<void> => {
    const maxSteps = trainer.step + count;
    const status = await trainer.fit(from, {
      epochs: Number.MAX_SAFE_INTEGER,
      maxSteps,
      callbacks: [watcher],
    });
    if (status !== 'completed') throw new Error(`expected training to go through, got ${status}`);
  };
  return {
    async check() {
      await take(first, 3);
      return last;
    },
    step: (count) => secondsOf(() => take(batches, count)),
  };
}

/**
 * Training through `Trainer`, which records its steps, from a `DataLoader` over tensors. It reads each loss.
 *
 * @param dataParallel processes that share each batch
 */
export function prepareTrainer(task: TrainingTask, dataParallel?: DataParallel): Prepared {
  const program = programOf({ ...task, feed: task.feed === 'rows' ? 'fixed' : task.feed });
  const { samples, firstBatch, model, loss, optimizer } = program;
  const { rank, size } = dataParallel ?? { rank: 0, size: 1 };
  const share = task.batch / size;
  const own = (rows: Tensor): Tensor => rows.narrow(0, rank * share, share);
  const trainer = new Trainer({ model, loss, optimizer, ...(dataParallel && { dataParallel }) });
  const first = new DataLoader(new TensorDataset(own(firstBatch[0]), own(firstBatch[1])), {
    batchSize: share,
  });
  const batches =
    task.feed === 'fixed'
      ? first
      : new DataLoader(new TensorDataset(...samples), {
          batchSize: task.batch,
          shuffle: task.feed !== 'rows',
        });
  return { ...stepsOf(trainer, first, batches), dispose: () => disposeProgram(program) };
}
