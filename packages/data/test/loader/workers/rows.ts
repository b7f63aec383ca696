import { arange } from '@kindling/core';
import { TensorDataset } from '../../../src/dataset/tensor-dataset.ts';

/** A dataset that makes its batches itself, made by a function. */
export default async ({ id, numWorkers }: { readonly id: number; readonly numWorkers: number }) => {
  if (!(id >= 0 && id < numWorkers)) throw new Error(`worker ${id} of ${numWorkers}`);
  return new TensorDataset(arange(10), arange(20).to('float64').reshape([10, 2]));
};
