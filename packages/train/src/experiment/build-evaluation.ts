import { Generator } from '@kindling/core';
import { DataLoader, type Dataset } from '@kindling/data';
import { flatLayers } from '../layers/layer-descriptors.ts';
import type { Batch } from '../trainer/batches.ts';
import type { DataParallel } from '../trainer/data-parallel.ts';
import type { Samples } from './experiment-data.ts';
import type { Experiment } from './experiment-schema.ts';

/** Samples that are evaluated together, at least: it changes no result but for rounding. */
const EVALUATED_TOGETHER = 1024;

/**
 * Samples in their order, drawing nothing: all of them, or the share of one of several processes, which is every so many of the batches.
 *
 * @param batchSize samples in a batch of training, of all processes.
 */
export function buildEvaluation(
  { tensors: [input, target], length }: Samples,
  experiment: Pick<Experiment, 'loss' | 'model'>,
  batchSize: number,
  processes: DataParallel | undefined,
): DataLoader<Batch, Batch> {
  const rows = (first: number, count: number): Batch => [
    input.narrow(0, first, count),
    target.narrow(0, first, count),
  ];
  // Batches are rows in a row: views, for which nothing is copied.
  const samples: Dataset<Batch, Batch> = {
    length,
    get: (i) => [input.select(0, i), target.select(0, i)],
    batch: (indices) => rows(indices[0]!, indices.length),
  };
  const generator = new Generator(0);
  const together = Math.max(batchSize, EVALUATED_TOGETHER);
  if (processes === undefined)
    return new DataLoader<Batch, Batch>(samples, { batchSize: together, generator });
  const { rank, size } = processes;
  const count = dependsOnBatches(experiment) ? together : Math.min(together, Math.ceil(length / size));
  const batches = Array.from({ length: Math.ceil(length / count) }, (_, i) => i)
    .filter((i) => i % size === rank)
    .map((i) => Array.from({ length: Math.min(count, length - i * count) }, (_, j) => i * count + j));
  return new DataLoader<Batch, Batch>(samples, { batchSampler: batches, generator });
}

/** Whether an evaluation depends on which samples are in a batch together: where its loss is no plain mean over them, for example. */
function dependsOnBatches({ loss, model }: Pick<Experiment, 'loss' | 'model'>): boolean {
  const { reduction = 'mean', weight, ignoreIndex }: Readonly<Record<string, unknown>> = { ...loss };
  return (
    reduction === 'sum' ||
    weight !== undefined ||
    ignoreIndex !== undefined ||
    flatLayers(model).some((layer) => 'trackRunningStats' in layer && !layer.trackRunningStats)
  );
}
