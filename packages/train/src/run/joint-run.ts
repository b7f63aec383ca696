import { checkOptions } from '@kindling/core/internal';
import type { FileOptions } from '@kindling/data';
import type { Experiment } from '../experiment/experiment-schema.ts';
import { buildTraining, type Training } from '../experiment/training.ts';
import type { FitStatus } from '../trainer/callback.ts';
import type { DataParallel } from '../trainer/data-parallel.ts';
import { parseTrainerState, type TrainerState } from '../trainer/trainer-state.ts';
import { decodeTree, encodeTree } from './tensor-tree.ts';

/** What all processes begin with: the weights of process 0, and the position of a run that it resumes. */
interface Start {
  readonly model: TrainerState['model'];
  readonly state: TrainerState | null;
}

/** Gives the other processes what this one, number 0, begins with. */
export function shareStart(
  training: Training,
  processes: DataParallel,
  state: TrainerState | undefined,
): void {
  const start: Start = { model: training.trainer.model.stateDict(), state: state ?? null };
  processes.share(encodeTree(start));
  training.shares?.setEpoch(state?.epoch ?? 0);
}

export interface JointRunOptions {
  readonly dataParallel: DataParallel;
  readonly signal?: AbortSignal | undefined;
  /** The data folder, and options of downloads. */
  readonly files?: FileOptions | undefined;
}

/**
 * Takes this process' part in a run that process 0 writes by `runExperiment`: the same steps, with its share of the samples.
 *
 * @throws errors of `buildTraining`.
 */
export async function joinRun(experiment: Experiment, options: JointRunOptions): Promise<FitStatus> {
  const { dataParallel, signal, files } = checkOptions('joinRun', options, {
    dataParallel: true,
    signal: true,
    files: true,
  });
  const training = await buildTraining(experiment, { files, dataParallel });
  const { trainer, batches, trainEvaluation, validation, earlyStopping, weightAveraging, shares } = training;
  const start = decodeTree(dataParallel.share(undefined), 'the state of process 0') as Start;
  if (start.state === null) trainer.model.loadStateDict(start.model);
  else trainer.loadStateDict(parseTrainerState(start.state));
  shares?.setEpoch(start.state?.epoch ?? 0);
  const { epochs, maxSteps, evaluateEvery } = experiment;
  return trainer.fit(batches, {
    epochs,
    maxSteps,
    evaluateEvery,
    trainEvaluation,
    validation,
    signal,
    callbacks: [...(earlyStopping ? [earlyStopping] : []), ...(weightAveraging ? [weightAveraging] : [])],
  });
}
