import { type Tensor, tensor } from '@kindling/core';
import type { DataParallel, TrainedModel } from '@kindling/train';
import { readShared } from '@kindling/train/internal';

type Rows = readonly (readonly number[])[];

/** Rows that go through a model together. */
const together = 1024;

/**
 * What a model says of rows: scores of classes, or numbers. Several processes share them, whom process 0 gives the rows; all
 * get the results.
 *
 * @param rows undefined at the other processes.
 */
export function predictRows(
  model: TrainedModel,
  rows: Rows | undefined,
  processes: DataParallel | undefined,
): Rows {
  if (processes === undefined) return resultsOf(model, rows!);
  const all = readShared(processes, () => matrix(rows!, model));
  const { rank, size } = processes;
  const [count] = all.shape as [number];
  const [first, end] = [rank, rank + 1].map((process) => Math.floor((count * process) / size)) as [
    number,
    number,
  ];
  const own = all.narrow(0, first, end - first).toArray() as number[][];
  const results = processes.gather(resultsOf(model, own).flat()).flat();
  const width = results.length / count;
  return Array.from({ length: count }, (_, i) => results.slice(i * width, (i + 1) * width));
}

const matrix = (rows: Rows, { signature: { inputShape } }: TrainedModel): Tensor =>
  tensor(Float64Array.from(rows.flat()), {
    dtype: 'float64',
    device: 'cpu',
    shape: [rows.length, inputShape.reduce((product, size) => product * size, 1)],
  });

function resultsOf(model: TrainedModel, rows: Rows): Rows {
  const results: (readonly number[])[] = [];
  for (let at = 0; at < rows.length; at += together) {
    const { outputs, scores } = model.predict(rows.slice(at, at + together));
    results.push(...(scores ?? outputs));
  }
  return results;
}
