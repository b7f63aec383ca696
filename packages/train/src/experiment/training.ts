import { formatShape, Generator, manualSeed, type nn, scope, zeros } from '@kindling/core';
import { DataLoader, type FileOptions } from '@kindling/data';
import type { Batch } from '../trainer/batches.ts';
import { EarlyStopping } from '../trainer/early-stopping.ts';
import { Trainer } from '../trainer/trainer.ts';
import { buildLoss } from './build-loss.ts';
import { buildMetrics } from './build-metrics.ts';
import { buildModel } from './build-model.ts';
import { buildOptimizer } from './build-optimizer.ts';
import { buildSchedule } from './build-schedule.ts';
import { type ExperimentData, loadExperimentData, type Samples } from './experiment-data.ts';
import type { Experiment } from './experiment-schema.ts';
import { ExperimentError } from './problem.ts';

export interface TrainingOptions {
  /** Where data is looked for, and what happens when it has to be downloaded. */
  readonly files?: FileOptions | undefined;
  /** Is told which samples a batch holds, before the batch is used. */
  readonly onBatch?: ((indices: Int32Array) => void) | undefined;
  /** Whether steps are recorded, as in `TrainerOptions`. Default true. */
  readonly compile?: boolean | undefined;
}

/** An experiment, set up: what `Trainer.fit` needs. */
export interface Training {
  readonly data: ExperimentData;
  /** The device in use. */
  readonly device: string;
  readonly model: nn.Sequential;
  readonly trainer: Trainer;
  readonly batches: DataLoader<Batch, Batch>;
  /** The training samples in their order, and those that are held back; drawing nothing. */
  readonly evaluation: DataLoader<Batch, Batch>;
  readonly validation: DataLoader<Batch, Batch> | undefined;
  readonly earlyStopping: EarlyStopping | undefined;
  /** How many steps it takes, if nothing ends it before. */
  readonly steps: number;
}

/** Samples that are evaluated together, at least: it changes no result but for rounding. */
const EVALUATED_TOGETHER = 1024;

/** Where `auto` leads. @throws DeviceError for a device that is not there. */
export const resolveDevice = (device: string): string => scope(() => zeros([], { device }).device);

/**
 * Sets an experiment up as a script would that seeds, makes the model, the optimizer and the loader in this order.
 *
 * @throws ExperimentError for a model that does not fit the data; DataError; DeviceError.
 */
export async function buildTraining(
  experiment: Experiment,
  { files, onBatch, compile }: TrainingOptions = {},
): Promise<Training> {
  const { name, seed, loss, epochs, maxSteps, clip, earlyStopping } = experiment;
  const device = resolveDevice(experiment.device);
  const data = await loadExperimentData(experiment, { ...files, device });

  manualSeed(seed);
  const { model, outputShape } = buildModel(experiment, data.inputShape);
  if (outputShape.length !== 1 || outputShape[0] !== data.outputs) {
    const what = data.isLabelled ? 'one for each class' : `for ${data.outputNames.join(', ')}`;
    const message = `expected ${data.outputs} output${data.outputs === 1 ? '' : 's'} (${what}) from the last layer, got ${formatShape(outputShape)}`;
    throw new ExperimentError({ origin: name, path: ['model'], message });
  }
  model.to({ device });

  const optimizer = buildOptimizer(experiment.optimizer, model);
  const { shuffle, dropLast } = experiment.data;
  const batchSize = experiment.data.batchSize === 'full' ? data.train.length : experiment.data.batchSize;
  const batches = new DataLoader<Batch, Batch>(data.train, { batchSize, shuffle, dropLast, onBatch });
  if (batches.length === 0) {
    const message = `expected at most ${data.train.length}, the number of samples, with dropLast, got ${batchSize}`;
    throw new ExperimentError({ origin: name, path: ['data', 'batchSize'], message });
  }
  const steps = Math.min(epochs * batches.length, maxSteps ?? Number.POSITIVE_INFINITY);
  const scheduled =
    experiment.schedule === undefined
      ? {}
      : buildSchedule(experiment.schedule, optimizer, { steps, epochs: Math.ceil(steps / batches.length) });

  const evaluated = (samples: Samples) =>
    new DataLoader<Batch, Batch>(samples, {
      batchSize: Math.max(batchSize, EVALUATED_TOGETHER),
      generator: new Generator(0),
    });
  return {
    data,
    device,
    model,
    trainer: new Trainer({
      model,
      loss: buildLoss(loss, device),
      optimizer,
      ...scheduled,
      clip,
      compile,
      metrics: buildMetrics(experiment, data.isLabelled),
    }),
    batches,
    evaluation: evaluated(data.train),
    validation: data.validation && evaluated(data.validation),
    earlyStopping: earlyStopping && new EarlyStopping(earlyStopping),
    steps,
  };
}
