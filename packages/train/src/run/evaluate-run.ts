import { decodeSafetensors, type nn } from '@kindling/core';
import { checkOptions } from '@kindling/core/internal';
import type { FileOptions } from '@kindling/data';
import { loadFolder } from '@kindling/data/internal';
import { buildEvaluation } from '../experiment/build-evaluation.ts';
import { buildLoss } from '../experiment/build-loss.ts';
import { buildMetrics } from '../experiment/build-metrics.ts';
import type { Experiment } from '../experiment/experiment-schema.ts';
import { buildTraining } from '../experiment/training.ts';
import type { Evaluation } from '../trainer/callback.ts';
import type { DataParallel } from '../trainer/data-parallel.ts';
import { evaluate } from '../trainer/evaluate.ts';
import { readRunExperiment } from './read-run.ts';
import { MAX_WEIGHTS_BYTES, readRegularFile } from './regular-file.ts';
import { type CheckpointKind, RunError, RunFolder } from './run-folder.ts';
import { ownDevice, readShared } from './shared-value.ts';
import { chooseCheckpoint, type TrainedModelOptions } from './trained-model.ts';

export interface EvaluateRunOptions extends TrainedModelOptions {
  /** Default: what is held back, where there is anything. */
  readonly split?: 'train' | 'validation' | undefined;
  readonly files?: FileOptions | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Processes that evaluate together, each its share of the samples; all get the same. Default: this process alone. */
  readonly dataParallel?: DataParallel | undefined;
}

export interface RunEvaluation extends Evaluation {
  readonly checkpoint: CheckpointKind;
  readonly split: 'train' | 'validation';
  /** How many samples were evaluated. */
  readonly samples: number;
}

/** A run to evaluate, as its folder has it. */
interface TrainedRun {
  readonly name: string;
  readonly experiment: Experiment;
  readonly checkpoint: CheckpointKind;
  readonly weights: nn.StateDict;
}

function readTrainedRun(path: string, asked: CheckpointKind | undefined): TrainedRun {
  const folder = new RunFolder(path);
  const { name } = folder;
  const experiment = readRunExperiment(folder);
  if (experiment.trainingStep !== undefined) {
    throw new RunError(
      `run ${name}: expected a model with targets, got one with the training step ${experiment.trainingStep.type}, which has no evaluation`,
    );
  }
  const checkpoint = chooseCheckpoint(folder, asked);
  const file = folder.checkpoint(checkpoint);
  const { tensors } = decodeSafetensors(readRegularFile(file, MAX_WEIGHTS_BYTES), { name: file });
  return { name, experiment, checkpoint, weights: tensors };
}

/**
 * Loss and metrics of a run's weights on its data, loaded anew.
 *
 * @param path the run's folder, which process 0 alone reads where there are several.
 * @returns undefined if the signal came meanwhile.
 * @throws RunError when there is no such run or checkpoint; what `buildTraining` throws.
 */
export async function evaluateRun(
  path: string,
  options: EvaluateRunOptions = {},
): Promise<RunEvaluation | undefined> {
  checkOptions('evaluateRun', options, {
    checkpoint: true,
    device: true,
    split: true,
    files: true,
    signal: true,
    dataParallel: true,
  });
  const { checkpoint: asked, files, signal, dataParallel } = options;
  await loadFolder(path, { weights: true });
  const run = readShared(dataParallel, () => readTrainedRun(path, asked));
  const { name, checkpoint, weights } = run;
  const device = ownDevice(options.device ?? run.experiment.device, dataParallel);
  const experiment = { ...run.experiment, device };
  const { trainer, batches, data } = await buildTraining(experiment, { files });
  trainer.model.loadStateDict(weights);
  const { split = data.validation === undefined ? 'train' : 'validation' } = options;
  const samples = split === 'train' ? data.train : data.validation;
  if (samples === undefined) {
    throw new RunError(
      `run ${name}: expected validation samples, got data.validation "none"; evaluate on train`,
    );
  }
  const evaluated = await evaluate(
    trainer.model,
    buildLoss(experiment.loss, data.train.tensors[0].device, experiment.dtype),
    buildEvaluation(samples, experiment, batches.batchSize, dataParallel),
    { metrics: buildMetrics(experiment, data.isLabelled), signal, dataParallel },
  );
  return evaluated && { ...evaluated, checkpoint, split, samples: samples.length };
}
