import { decodeSafetensors } from '@kindling/core';
import { checkOptions } from '@kindling/core/internal';
import type { FileOptions } from '@kindling/data';
import { loadFolder } from '@kindling/data/internal';
import { buildTraining } from '../experiment/training.ts';
import type { Evaluation } from '../trainer/callback.ts';
import { readRunExperiment } from './read-run.ts';
import { MAX_WEIGHTS_BYTES, readRegularFile } from './regular-file.ts';
import { type CheckpointKind, RunError, RunFolder } from './run-folder.ts';
import { chooseCheckpoint, type TrainedModelOptions } from './trained-model.ts';

export interface EvaluateRunOptions extends TrainedModelOptions {
  /** Default: what is held back, where there is anything. */
  readonly split?: 'train' | 'validation' | undefined;
  readonly files?: FileOptions | undefined;
  readonly signal?: AbortSignal | undefined;
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
  });
  await loadFolder(path, { weights: true });
  const folder = new RunFolder(path);
  const stored = readRunExperiment(folder);
  if (stored.trainingStep !== undefined) {
    throw new RunError(
      `run ${folder.name}: expected a model with targets, got one with the training step ${stored.trainingStep.type}, which has no evaluation`,
    );
  }
  const checkpoint = chooseCheckpoint(folder, options.checkpoint);
  const experiment = { ...stored, device: options.device ?? stored.device };
  const { trainer, trainEvaluation, validation, data } = await buildTraining(experiment, {
    files: options.files,
  });
  const file = folder.checkpoint(checkpoint);
  const { tensors } = decodeSafetensors(readRegularFile(file, MAX_WEIGHTS_BYTES), { name: file });
  trainer.model.loadStateDict(tensors);
  const { split = validation === undefined ? 'train' : 'validation' } = options;
  const [samples, batches] =
    split === 'train' ? [data.train, trainEvaluation] : [data.validation, validation];
  if (samples === undefined || batches === undefined) {
    throw new RunError(
      `run ${folder.name}: expected validation samples, got data.validation "none"; evaluate on train`,
    );
  }
  const evaluated = await trainer.evaluate(batches, options.signal);
  return evaluated && { ...evaluated, checkpoint, split, samples: samples.length };
}
