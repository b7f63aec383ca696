import { existsSync, readFileSync } from 'node:fs';
import type { FileOptions } from '@kindling/data';
import { z } from 'zod';
import type { Experiment } from '../experiment/experiment-schema.ts';
import { buildTraining, type Training } from '../experiment/training.ts';
import type { Callback, FitStatus } from '../trainer/callback.ts';
import { Checkpointer } from './checkpointer.ts';
import { differences } from './compare-experiments.ts';
import type { RunEvent, RunStatus } from './event.ts';
import { finalSamples } from './final-samples.ts';
import { findRun, readRunExperiment, readSummary } from './read-run.ts';
import { Recorder } from './recorder.ts';
import { claimRunFolder, createRunFolder, RunError, RunFolder } from './run-folder.ts';
import { lockRun } from './run-lock.ts';
import { RunRecord } from './run-record.ts';
import { signatureOf } from './signature.ts';
import type { RunSummary } from './summary.ts';
import { decodeTree } from './tensor-tree.ts';

export interface RunOptions {
  /** The folder of all runs. Default `runs`. */
  readonly runs?: string | undefined;
  /** The folder of this run. Default: one of `runs`, named after the experiment. */
  readonly runDir?: string | undefined;
  /**
   * Go on with the run in `runDir`, or with the newest run of the experiment, from its last checkpoint; from the beginning, if it
   * was killed before the first.
   */
  readonly resume?: boolean | undefined;
  /** In place of the experiment's. */
  readonly logEvery?: number | undefined;
  /** Ends the run after a checkpoint, with status `stopped`. */
  readonly signal?: AbortSignal | undefined;
  /** Is told of every event once it is in the log. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Is told what is about to be trained, before the first step. */
  readonly onReady?: ((training: Training, folder: RunFolder) => void) | undefined;
  /** What else watches training: a progress bar. It comes after the run's own. */
  readonly callbacks?: readonly Callback[] | undefined;
  /** Where data is looked for, and what happens when it has to be downloaded. */
  readonly files?: FileOptions | undefined;
}

export interface RunResult {
  readonly folder: RunFolder;
  readonly status: FitStatus;
  readonly summary: RunSummary;
}

/** What `checkpoints/last.trainer.safetensors` holds. */
const savedSchema = z.object({
  version: z.literal(1),
  /** Bytes of `events.jsonl` that tell of what was before. */
  logLength: z.int().min(0),
  trainer: z.unknown(),
});

/**
 * Trains an experiment in a run folder. However often the run is killed and resumed, it ends with the same weights, bit for
 * bit, and with a log of the same steps, each once: events after the checkpoint that it goes on from are cut off, because
 * they will happen again.
 *
 * @throws RunError for a folder that is taken, locked or holds another experiment; what `buildTraining` throws.
 */
export async function runExperiment(asked: Experiment, options: RunOptions = {}): Promise<RunResult> {
  const { runs = 'runs', runDir, resume = false, logEvery = asked.logEvery } = options;
  const experiment = { ...asked, logEvery };
  const resumed = resume ? folderToResume(experiment, runs, runDir) : undefined;
  let recorder: Recorder | undefined;
  const training = await buildTraining(experiment, {
    files: options.files,
    ...(experiment.data.shuffle ? { onBatch: (indices: Int32Array) => recorder?.onBatch(indices) } : {}),
  });
  const folder =
    resumed ?? (runDir === undefined ? createRunFolder(runs, experiment.name) : claimRunFolder(runDir));
  const release = lockRun(folder);
  try {
    const saved = resumed && readSaved(resumed);
    const record = new RunRecord(folder, {
      summary: firstSummary(folder, experiment, training),
      logLength: saved?.logLength ?? 0,
      onEvent: options.onEvent,
    });
    recorder = new Recorder(record, {
      logEvery,
      steps: training.steps,
      stepsPerEpoch: training.batches.length,
      classes: training.data.isLabelled ? training.data.outputNames : [],
      heldBack: training.validation !== undefined,
      samples: (trainer) => finalSamples(trainer, training.data, experiment.data.scale),
    });
    // In this order: a folder with an experiment is a run, and a run has a summary.
    record.writeSummary();
    record.writeExperiment(experiment);
    if (saved === undefined) begin(record, experiment);
    else training.trainer.loadStateDict(saved.trainer);
    options.onReady?.(training, folder);
    return await work(record, recorder, experiment, training, options);
  } finally {
    release();
  }
}

/** The run to go on with. */
function folderToResume(experiment: Experiment, runs: string, runDir: string | undefined): RunFolder {
  const folder = runDir === undefined ? findRun(runs, experiment.name).folder : new RunFolder(runDir);
  const changed = differences(readRunExperiment(folder), experiment);
  if (changed.length > 0) {
    throw new RunError(
      `run ${folder.name}: expected the experiment that the run began with, got one that differs in ${changed.join(', ')}`,
    );
  }
  return folder;
}

function readSaved(folder: RunFolder): z.output<typeof savedSchema> | undefined {
  if (!existsSync(folder.state)) return undefined;
  const parsed = savedSchema.safeParse(decodeTree(readFileSync(folder.state), folder.state));
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new RunError(`${folder.state}: expected a saved training, got ${path.join('.')}: ${message}`);
}

/** The summary of a run that begins or goes on. */
function firstSummary(folder: RunFolder, { name, epochs }: Experiment, training: Training): RunSummary {
  const { model, device } = training;
  const before = existsSync(folder.summary) ? readSummary(folder) : undefined;
  return {
    run: folder.name,
    experiment: name,
    status: 'running',
    device,
    parameters: model.parameters().reduce((count, { numel }) => count + numel, 0),
    epoch: 0,
    epochs,
    step: 0,
    metrics: {},
    started: before?.started ?? Date.now(),
    seconds: before?.seconds ?? 0,
  };
}

function begin(record: RunRecord, experiment: Experiment): void {
  const { run, device, parameters } = record.summary;
  const document: Record<string, unknown> = { ...experiment };
  record.emit({ type: 'run-started', run, experiment: document, device, parameters, time: Date.now() });
}

/** Trains, and brings the record to its end. */
async function work(
  record: RunRecord,
  recorder: Recorder,
  { checkpoint, epochs, maxSteps, evaluateEvery }: Experiment,
  training: Training,
  { signal, callbacks = [] }: RunOptions,
): Promise<RunResult> {
  const { trainer, batches, evaluation, validation, earlyStopping } = training;
  const checkpointer = new Checkpointer(record, {
    ...checkpoint,
    stepsPerEpoch: batches.length,
    signature: signatureOf(training.data),
  });
  const finish = (status: RunStatus, error?: unknown): void => {
    const { epoch, step } = trainer;
    const { seconds } = recorder;
    const metrics = status === 'completed' ? recorder.metrics : {};
    const failure =
      error === undefined ? {} : { error: error instanceof Error ? error.message : String(error) };
    recorder.logLast();
    record.note({ status, epoch, step, seconds, ...failure });
    record.writeSummary();
    record.emit({
      type: 'run-finished',
      status,
      epoch,
      step,
      metrics,
      seconds,
      ...failure,
      time: Date.now(),
    });
    record.close();
  };
  try {
    const status = await trainer.fit(batches, {
      epochs,
      maxSteps,
      evaluateEvery,
      evaluation,
      validation,
      signal,
      callbacks: [...(earlyStopping ? [earlyStopping] : []), recorder, checkpointer, ...callbacks],
    });
    finish(status);
    return { folder: record.folder, status, summary: record.summary };
  } catch (error) {
    finish('failed', error);
    throw error;
  }
}
