import type { TrainingTask } from '../task.ts';
import { readArray } from './operands.ts';

/** Rows of samples one after the other, on the host. */
export interface HostBatch {
  readonly rows: number;
  /** [rows, columns] */
  readonly input: Float32Array;
  readonly columns: number;
  /** [rows, outputs]; of class numbers, one-hot rows. */
  readonly target: Float32Array;
  readonly outputs: number;
}

/** All samples of a task, as one batch. */
export function hostSamples({ input, target, loss, layers }: TrainingTask): HostBatch {
  const [rows, columns] = [input.shape[0]!, input.shape[1]!];
  const values = readArray(target);
  const samples = { rows, columns, input: readArray(input) };
  if (loss !== 'crossEntropy') return { ...samples, target: values, outputs: target.shape[1]! };
  const outputs = layers.findLast((layer) => layer[0] === 'linear')![2];
  const oneHot = new Float32Array(rows * outputs);
  values.forEach((label, i) => {
    oneHot[i * outputs + label] = 1;
  });
  return { ...samples, target: oneHot, outputs };
}

const inOrder = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

function shuffled(count: number): Int32Array {
  const order = inOrder(count);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function pick(samples: HostBatch, indices: Int32Array): HostBatch {
  const take = (values: Float32Array, width: number): Float32Array => {
    const picked = new Float32Array(indices.length * width);
    indices.forEach((row, i) => {
      picked.set(values.subarray(row * width, (row + 1) * width), i * width);
    });
    return picked;
  };
  const { input, columns, target, outputs } = samples;
  return { ...samples, rows: indices.length, input: take(input, columns), target: take(target, outputs) };
}

/** The batch that peers are compared by, and the only one of the feed `fixed`. */
export const firstBatch = (samples: HostBatch, { batch }: TrainingTask): HostBatch =>
  pick(samples, inOrder(batch));

/**
 * The batches of the other feeds, without end, for libraries that have no loader, or whose indexing costs more than a copy on
 * the host.
 */
export function* hostBatches(samples: HostBatch, { feed, batch }: TrainingTask): Generator<HostBatch, never> {
  for (;;) {
    const order = feed === 'rows' ? inOrder(samples.rows) : shuffled(samples.rows);
    for (let i = 0; i < samples.rows; i += batch) yield pick(samples, order.subarray(i, i + batch));
  }
}
