import { checkOptions } from '@kindling/core/internal';
import type { FileOptions } from '@kindling/data';
import { loadFolder } from '@kindling/data/internal';
import { buildEvaluation } from '../experiment/build-evaluation.ts';
import { buildLoss } from '../experiment/build-loss.ts';
import { buildMetrics } from '../experiment/build-metrics.ts';
import { buildTraining } from '../experiment/training.ts';
import type { Evaluation } from '../trainer/callback.ts';
import type { DataParallel } from '../trainer/data-parallel.ts';
import { evaluate } from '../trainer/evaluate.ts';
import { type CheckpointKind, RunError } from './run-folder.ts';
import { ownDevice, readShared } from './shared-value.ts';
import { readCheckpoint, type TrainedModelOptions } from './trained-model.ts';

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
  const stored = readShared(dataParallel, () => readCheckpoint(path, asked));
  const { run, checkpoint, tensors } = stored;
  const device = ownDevice(options.device ?? stored.experiment.device, dataParallel);
  const experiment = { ...stored.experiment, device };
  if (experiment.trainingStep !== undefined) {
    throw new RunError(
      `run ${run}: expected a model with targets, got one with the training step ${experiment.trainingStep.type}, which has no evaluation`,
    );
  }
  const { trainer, batches, data } = await buildTraining(experiment, { files });
  trainer.model.loadStateDict(tensors);
  const { split = data.validation === undefined ? 'train' : 'validation' } = options;
  const samples = split === 'train' ? data.train : data.validation;
  if (samples === undefined) {
    throw new RunError(
      `run ${run}: expected validation samples, got data.validation "none"; evaluate on train`,
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
