import { Generator, manualSeed, type nn, scope, type Tensor, zeros } from '@kindling/core';
import { announceFallback, checkOptions } from '@kindling/core/internal';
import { DataLoader, type FileOptions } from '@kindling/data';
import { WeightAveraging } from '../averaging/weight-averaging.ts';
import { scheduleDescriptor } from '../schedules/schedule-descriptors.ts';
import type { Batch } from '../trainer/batches.ts';
import type { DataParallel, EpochSampler } from '../trainer/data-parallel.ts';
import { EarlyStopping } from '../trainer/early-stopping.ts';
import { Trainer } from '../trainer/trainer.ts';
import type { AveragingSettings } from './averaging-schema.ts';
import { buildEvaluation } from './build-evaluation.ts';
import { buildLoss } from './build-loss.ts';
import { buildMetrics } from './build-metrics.ts';
import { buildSampler } from './build-sampler.ts';
import { buildSchedule } from './build-schedule.ts';
import { buildTrained } from './build-trained.ts';
import { hasBatchNorm } from './consistency.ts';
import { type ExperimentData, loadExperimentData, type Samples } from './experiment-data.ts';
import type { Experiment } from './experiment-schema.ts';
import { ExperimentError } from './problem.ts';

export interface TrainingOptions {
  /** The data folder, and options of downloads. */
  readonly files?: FileOptions | undefined;
  /** Receives the indices of a batch's samples, before the batch is used. */
  readonly onBatch?: ((indices: Int32Array) => void) | undefined;
  /** Whether steps are recorded, as in `TrainerOptions`. Default true. */
  readonly compile?: boolean | undefined;
  /** Processes that train together, as in `TrainerOptions`. `batchSize` is that of all of them. Default: this process alone. */
  readonly dataParallel?: DataParallel | undefined;
}

/** An experiment, set up: what `Trainer.fit` needs. */
export interface Training {
  readonly data: ExperimentData;
  /** The device in use. */
  readonly device: string;
  /** The model of the experiment: of an adversarial pair the generator. */
  readonly model: nn.Sequential;
  readonly trainer: Trainer;
  /** Draws inputs of the model to show what it gives, where it does not take those of the data: noise, the same at each call. */
  readonly probe: ((count: number) => Tensor) | undefined;
  readonly batches: DataLoader<Batch, Batch>;
  /** What gives each of several processes its samples; undefined where this one trains alone. */
  readonly shares: EpochSampler | undefined;
  /** The training samples in their order, and those that are held back; drawing nothing. Undefined where nothing is evaluated. */
  readonly trainEvaluation: DataLoader<Batch, Batch> | undefined;
  readonly validation: DataLoader<Batch, Batch> | undefined;
  readonly earlyStopping: EarlyStopping | undefined;
  readonly weightAveraging: WeightAveraging | undefined;
  /** Samples that an epoch takes. */
  readonly samplesPerEpoch: number;
  /** Steps of an epoch. */
  readonly stepsPerEpoch: number;
  /** How many steps it takes, if nothing ends it before. */
  readonly steps: number;
}

/**
 * Refuses a last batch of one sample where the model has batch normalization, which would fail at the end of the first epoch.
 *
 * @param samples number of training samples.
 * @param batches number of batches that are taken, if that is known.
 * @throws ExperimentError
 */
export function checkLastBatch(
  experiment: Experiment,
  samples: number,
  batches = Number.POSITIVE_INFINITY,
): void {
  const { dropLast } = experiment.data;
  const size = experiment.data.batchSize === 'full' ? samples : experiment.data.batchSize;
  const isSingle = samples % size === 1 || size === 1;
  if (!isSingle || (dropLast && size > 1) || batches < Math.ceil(samples / size) || !hasBatchNorm(experiment))
    return;
  const got = samples === 1 ? '1 sample' : `${samples} samples in batches of ${size}, the last of 1`;
  const message = `expected at least 2 samples in each batch with batchNorm, got ${got}; set dropLast or change batchSize`;
  throw new ExperimentError({ origin: experiment.name, path: ['data', 'batchSize'], message });
}

/** Where `auto` leads; a slow engine is announced. @throws DeviceError for a device that is not there. */
export function resolveDevice(device: string): string {
  const resolved = scope(() => zeros([], { device }).device);
  announceFallback(resolved);
  return resolved;
}

/**
 * Sets an experiment up as a script would that seeds, makes the model, the optimizer and the loader in this order.
 *
 * @throws ExperimentError for a model that does not fit the data; DataError; DeviceError.
 */
export async function buildTraining(
  experiment: Experiment,
  options: TrainingOptions = {},
): Promise<Training> {
  const { files, onBatch, compile, dataParallel } = checkOptions('buildTraining', options, {
    files: true,
    onBatch: true,
    compile: true,
    dataParallel: true,
  });
  const { name, seed, loss, epochs, maxSteps, clip, accumulateGradBatches } = experiment;
  const { earlyStopping, weightAveraging } = experiment;
  const device = resolveDevice(experiment.device);
  const data = await loadExperimentData(experiment, { ...files, device });

  manualSeed(seed);
  const { model, options: trained, probe } = buildTrained(experiment, data, device);
  const { optimizer } = trained;
  if (experiment.syncBatchNorm) dataParallel?.syncBatchNorm(model);
  const { shuffle, dropLast } = experiment.data;
  const shares = dataParallel && buildShares(experiment, data, dataParallel);
  const sampler = shares ?? buildSampler(experiment, data);
  const samples = sampler?.length ?? data.drawn?.length ?? data.train.length;
  const batchSize = ownBatchSize(experiment, samples, dataParallel);
  const order = sampler === undefined ? { shuffle } : { sampler };
  // What draws for itself, a step of another kind or the samples, shares the default generator with no loader.
  const drawsElsewhere = data.drawn !== undefined || experiment.trainingStep !== undefined;
  const own = shuffle || sampler !== undefined || !drawsElsewhere ? {} : { generator: new Generator(0) };
  const batches = new DataLoader<Batch, Batch>(data.drawn ?? data.train, {
    batchSize,
    ...order,
    ...own,
    dropLast,
    onBatch,
  });
  if (batches.length === 0) {
    const message = `expected at most ${samples}, the number of samples, with dropLast, got ${batchSize}`;
    throw new ExperimentError({ origin: name, path: ['data', 'batchSize'], message });
  }
  const stepsPerEpoch = Math.ceil(batches.length / accumulateGradBatches);
  const steps = Math.min(epochs * stepsPerEpoch, maxSteps ?? Number.POSITIVE_INFINITY);
  checkSchedule(experiment, steps);
  if (!experiment.syncBatchNorm || dataParallel === undefined) {
    const own = { ...experiment, data: { ...experiment.data, batchSize } };
    checkLastBatch(own, samples, steps * accumulateGradBatches);
  }
  const scheduled =
    experiment.schedule === undefined
      ? {}
      : buildSchedule(experiment.schedule, optimizer, { steps, epochs: Math.ceil(steps / stepsPerEpoch) });

  const ofAll = batchSizeOfAll(experiment, samples, dataParallel);
  const evaluated = (samples: Samples) => buildEvaluation(samples, experiment, ofAll, dataParallel);
  return {
    data,
    device,
    model,
    trainer: new Trainer({
      ...trained,
      loss: buildLoss(loss, device, experiment.dtype),
      ...scheduled,
      clip,
      accumulateGradBatches,
      compile,
      dataParallel,
      metrics: buildMetrics(experiment, data.isLabelled),
    }),
    batches,
    shares,
    probe,
    trainEvaluation: experiment.trainingStep === undefined ? evaluated(data.train) : undefined,
    validation: data.validation && evaluated(data.validation),
    earlyStopping: earlyStopping && new EarlyStopping(earlyStopping),
    weightAveraging: weightAveraging && buildAveraging(weightAveraging),
    samplesPerEpoch: samples,
    stepsPerEpoch,
    steps,
  };
}

/** The samples of this process. @throws ExperimentError for what several processes do not share. */
function buildShares(
  { name, data: { sampler, shuffle, samplerSeed = 0 }, trainingStep }: Experiment,
  { train, drawn }: ExperimentData,
  processes: DataParallel,
): EpochSampler {
  const refuse = (path: string[], got: string): never => {
    const message = `expected none with ${processes.size} processes, got ${got}`;
    throw new ExperimentError({ origin: name, path, message });
  };
  if (sampler !== undefined) refuse(['data', 'sampler'], sampler.type);
  if (trainingStep !== undefined) refuse(['trainingStep'], trainingStep.type);
  if (drawn !== undefined) refuse(['data', 'source'], 'samples that are drawn anew');
  return processes.sampler(train.length, { shuffle, seed: samplerSeed });
}

/** Samples of a batch in all processes. @param samples of this one. */
const batchSizeOfAll = (
  { data }: Experiment,
  samples: number,
  processes: DataParallel | undefined,
): number => (data.batchSize === 'full' ? samples * (processes?.size ?? 1) : data.batchSize);

/** Samples of a batch that this process takes; what does not go into equal shares is left out of each batch. @throws ExperimentError */
function ownBatchSize(
  { name, data }: Experiment,
  samples: number,
  processes: DataParallel | undefined,
): number {
  if (data.batchSize === 'full') return samples;
  const own = Math.floor(data.batchSize / (processes?.size ?? 1));
  if (own >= 1) return own;
  const message = `expected at least ${processes!.size}, one sample for each process, got ${data.batchSize}`;
  throw new ExperimentError({ origin: name, path: ['data', 'batchSize'], message });
}

const buildAveraging = ({ type: _, ...options }: AveragingSettings): WeightAveraging =>
  new WeightAveraging(options);

/** Some schedules end with their last step: training that takes more would fail there. @throws ExperimentError */
function checkSchedule({ name, schedule }: Experiment, steps: number): void {
  if (schedule === undefined) return;
  const { isFinite: ends = false, length = '' } = scheduleDescriptor(schedule.type);
  const given: number | undefined = ends ? Reflect.get(schedule, length) : undefined;
  if (given === undefined || given >= steps) return;
  const message = `expected at least ${steps}, the number of training steps, got ${given}`;
  throw new ExperimentError({ origin: name, path: ['schedule', length], message });
}
