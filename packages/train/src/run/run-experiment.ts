import { checkOptions } from '@kindling/core/internal';
import type { FileOptions } from '@kindling/data';
import { type FileLock, filesSettled, loadFolder } from '@kindling/data/internal';
import type { RunEvent, RunStatus, SampleEvent } from '../events/event.ts';
import type { Experiment } from '../experiment/experiment-schema.ts';
import { buildTraining, type Training } from '../experiment/training.ts';
import type { Callback, FitStatus } from '../trainer/callback.ts';
import type { DataParallel } from '../trainer/data-parallel.ts';
import type { Trainer } from '../trainer/trainer.ts';
import { boundarySample } from './boundary-sample.ts';
import { Checkpointer } from './checkpointer.ts';
import { differences } from './compare-experiments.ts';
import { endReason } from './end-reason.ts';
import { EventLogger, type SampleMoment } from './event-logger.ts';
import { finalSamples } from './final-samples.ts';
import { FirstBatches } from './first-batches.ts';
import { firstSummary } from './first-summary.ts';
import { GeneratedSamples } from './generated-samples.ts';
import { shareStart } from './joint-run.ts';
import { layerPictures } from './layer-pictures.ts';
import { rateNotice } from './rate-notice.ts';
import { findRun, readRunExperiment } from './read-run.ts';
import { restoreWeights } from './restore-weights.ts';
import { checkLength, processesNotice } from './resume-checks.ts';
import { RunFiles } from './run-files.ts';
import { claimRunFolder, createRunFolder, prepareRunFolder, RunError, RunFolder } from './run-folder.ts';
import { lockRun } from './run-lock.ts';
import { readSaved, type SavedTraining } from './saved-training.ts';
import { sequenceSample } from './sequence-samples.ts';
import { type Signature, signatureOf } from './signature.ts';
import { StopWatch } from './stop-request.ts';
import type { RunSummary } from './summary.ts';
import { encodeWeights, type Weights } from './weights-file.ts';
import { wrongPictures } from './wrong-pictures.ts';

export interface RunOptions {
  /** The folder of all runs. Default `runs`. */
  readonly runs?: string | undefined;
  /** The folder of this run. Default: one of `runs`, named after the experiment. */
  readonly runDir?: string | undefined;
  /**
   * Resume the run in `runDir`, or the newest run of the experiment, from its last checkpoint; from the beginning if it has
   * none.
   */
  readonly resume?: boolean | undefined;
  /** In place of the experiment's. */
  readonly logEvery?: number | undefined;
  /**
   * Ends the run after a checkpoint, with status `stopped`, as {@link requestStop} does from another process. The message of its
   * reason, an error, goes into the log.
   */
  readonly signal?: AbortSignal | undefined;
  /** Called with every event once it is in the log. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Called before the first step. */
  readonly onReady?: ((training: Training, folder: RunFolder) => void) | undefined;
  /** Called with notes to show before training starts: that a lock is waited for, what resuming changes. */
  readonly onNotice?: ((notice: string) => void) | undefined;
  /** Further callbacks, such as a progress bar; they are called after those of the run. */
  readonly callbacks?: readonly Callback[] | undefined;
  /** The data folder, and options of downloads. */
  readonly files?: FileOptions | undefined;
  /** Processes that train together: this one writes the run, the others call {@link joinRun}. Default: this process alone. */
  readonly dataParallel?: DataParallel | undefined;
}

export interface RunResult {
  readonly folder: RunFolder;
  readonly status: FitStatus;
  /** Why the run ended, in words: `all 25 epochs are done`. */
  readonly reason: string;
  /** Steps that this call took; 0 if the resumed run was already complete. */
  readonly steps: number;
  readonly summary: RunSummary;
}

/**
 * Trains an experiment in a run folder. A run that is killed and resumed, any number of times, ends with the same weights, bit
 * for bit, in each of its files, and with each step once in its log: events after the checkpoint are removed when it resumes.
 *
 * @throws RunError for a folder that exists, is locked or has another experiment, and for fewer epochs than a resumed run has
 *   completed; errors of `buildTraining`.
 */
export async function runExperiment(asked: Experiment, options: RunOptions = {}): Promise<RunResult> {
  checkOptions('runExperiment', options, {
    runs: true,
    runDir: true,
    resume: true,
    logEvery: true,
    signal: true,
    onEvent: true,
    onReady: true,
    onNotice: true,
    callbacks: true,
    files: true,
    dataParallel: true,
  });
  const { logEvery = asked.logEvery, runs = 'runs', runDir = runs } = options;
  const experiment = { ...asked, logEvery };
  await loadFolder(runDir);
  const result = await (options.resume ? resume(experiment, options) : begin(experiment, options));
  await filesSettled();
  return result;
}

/** Trains in a new folder, which is made once it is known that there is something to train. */
async function begin(experiment: Experiment, options: RunOptions): Promise<RunResult> {
  const { runs = 'runs', runDir } = options;
  const firstBatches = new FirstBatches(experiment.accumulateGradBatches);
  const training = await build(experiment, options, firstBatches);
  const folder = runDir === undefined ? createRunFolder(runs, experiment.name) : claimRunFolder(runDir);
  return locked(folder, options, (lock) => {
    // Another process may have been faster.
    claimRunFolder(folder.path);
    return work({ folder, lock, experiment, training, firstBatches }, options);
  });
}

/** Goes on with a run. Nothing in its folder changes before it is known that it can go on. */
async function resume(experiment: Experiment, options: RunOptions): Promise<RunResult> {
  const { runs = 'runs', runDir } = options;
  const folder = runDir === undefined ? findRun(runs, experiment.name).folder : new RunFolder(runDir);
  await loadFolder(folder.path, { weights: true });
  const before = readRunExperiment(folder);
  const changed = differences(before, experiment);
  if (changed.length > 0) {
    throw new RunError(
      `run ${folder.name}: expected the experiment that the run started with, got one that differs in ${changed.join(', ')}`,
    );
  }
  return locked(folder, options, async (lock) => {
    const saved = readSaved(folder);
    if (saved !== undefined) {
      checkLength(folder, experiment, saved);
      const notice = processesNotice(folder, saved, options.dataParallel?.size ?? 1);
      if (notice !== undefined) options.onNotice?.(notice);
    }
    const firstBatches = new FirstBatches(experiment.accumulateGradBatches);
    const training = await build(experiment, options, firstBatches);
    const run = { folder, lock, experiment, training, firstBatches };
    if (saved === undefined) return work(run, options);
    const { trainer } = training;
    const signature = signatureOf(training.data, experiment);
    const initial = encodeWeights(trainer, folder.name, signature);
    trainer.loadStateDict(saved.trainer);
    const notice = rateNotice(
      experiment,
      { before: stepsOf(before, training), now: training.steps },
      { before: saved.trainer.optimizer.paramGroups[0]!.lr, now: trainer.lr },
    );
    if (notice !== undefined) options.onNotice?.(notice);
    const best = restoreWeights(folder, saved, initial, trainer, signature);
    return work({ ...run, saved: { ...saved, bestWeights: best } }, options);
  });
}

function build(
  experiment: Experiment,
  { files, dataParallel }: RunOptions,
  { add }: FirstBatches,
): Promise<Training> {
  const { shuffle, sampler } = experiment.data;
  return buildTraining(experiment, {
    files,
    dataParallel,
    ...(shuffle || sampler !== undefined ? { onBatch: add } : {}),
  });
}

const stepsOf = ({ epochs, maxSteps }: Experiment, { stepsPerEpoch }: Training): number =>
  Math.min(epochs * stepsPerEpoch, maxSteps ?? Number.POSITIVE_INFINITY);

/** Runs `body` while this process has the run's folder, in which nothing is in the place of its files. */
async function locked<T>(
  folder: RunFolder,
  { signal, onNotice }: RunOptions,
  body: (lock: FileLock) => Promise<T>,
): Promise<T> {
  const lock = await lockRun(folder, {
    signal,
    onWait: () => onNotice?.(`waiting to see whether ${folder.lock}, of another machine, is stale`),
  });
  try {
    prepareRunFolder(folder);
    return await body(lock);
  } finally {
    lock.release();
  }
}

/** A run that is about to be worked on. */
interface Run {
  readonly folder: RunFolder;
  readonly lock: FileLock;
  readonly experiment: Experiment;
  readonly training: Training;
  readonly firstBatches: FirstBatches;
  /** What it goes on from, with the weights of its best epoch; undefined where it begins. */
  readonly saved?: (SavedTraining & { readonly bestWeights: Weights | undefined }) | undefined;
}

/** Trains, and brings the record to its end. */
async function work(run: Run, options: RunOptions): Promise<RunResult> {
  const { folder, lock, experiment, training, firstBatches, saved } = run;
  const { callbacks = [], onEvent, onReady } = options;
  using stop = new StopWatch(folder);
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]);
  const { trainer, batches, trainEvaluation, validation, earlyStopping, weightAveraging, data, probe } =
    training;
  const { checkpoint, epochs, maxSteps, evaluateEvery } = experiment;
  const signature: Signature = signatureOf(data, experiment);
  const record = new RunFiles(folder, {
    summary: firstSummary(folder, experiment, training, saved),
    lock,
    logLength: saved?.logLength ?? 0,
    checkpoint: saved?.event,
    onEvent,
  });
  try {
    const eventLogger = new EventLogger(record, {
      logEvery: experiment.logEvery,
      steps: training.steps,
      stepsPerEpoch: training.stepsPerEpoch,
      batchesPerEpoch: batches.length,
      accumulateGradBatches: experiment.accumulateGradBatches,
      firstBatches,
      classes: data.isLabelled ? data.outputNames : [],
      heldBack: validation !== undefined,
      evaluateEvery,
      ...(probe === undefined ? { samples: (trained, moment) => samplesOf(trained, run, moment) } : {}),
    });
    const generated =
      probe &&
      new GeneratedSamples({
        probe,
        data,
        scale: experiment.data,
        steps: training.steps,
        emit: (event) => record.emit(event),
      });
    const checkpointer = new Checkpointer(record, {
      ...checkpoint,
      // The losses of a pair tell how its models stand against each other, not how good they are.
      monitor: experiment.trainingStep === undefined ? checkpoint.monitor : undefined,
      stepsPerEpoch: training.stepsPerEpoch,
      elapsed: () => eventLogger.seconds,
      signature,
      resumed: saved && { initial: saved.weights.initial, best: saved.bestWeights },
    });
    // In this order: a folder with an experiment is a run, and a run has a summary.
    record.writeSummary();
    record.writeExperiment(experiment);
    if (saved === undefined) announce(record, experiment);
    onReady?.(training, folder);
    if (options.dataParallel !== undefined) shareStart(training, options.dataParallel, saved?.trainer);
    const before = trainer.step;
    try {
      const status = await trainer.fit(batches, {
        epochs,
        maxSteps,
        evaluateEvery,
        trainEvaluation,
        validation,
        signal,
        callbacks: [
          ...(earlyStopping ? [earlyStopping] : []),
          ...(weightAveraging ? [weightAveraging] : []),
          eventLogger,
          ...(generated ? [generated] : []),
          checkpointer,
          ...callbacks,
        ],
      });
      const reason = endReason(status, trainer, experiment, { divergence: eventLogger.divergence, signal });
      finish(record, eventLogger, training, status, reason);
      return { folder, status, reason, steps: trainer.step - before, summary: record.summary };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      quietly(() => finish(record, eventLogger, training, 'failed', reason));
      throw error;
    }
  } finally {
    quietly(() => record.close());
  }
}

/** On the way texts, or the boundary of a classifier of two inputs, with the samples that it is about, which come last. */
function samplesOf(
  trainer: Trainer,
  { experiment: { data, loss }, training }: Run,
  moment: SampleMoment,
): SampleEvent[] {
  const boundary = boundarySample(trainer, training.data, {
    loss,
    scale: data.scale.input,
    shift: data.shift,
  });
  const sequence = sequenceSample(trainer, training.data);
  if (sequence !== undefined) return [sequence];
  if (boundary === undefined && moment === 'course') return [];
  return [
    ...(boundary ? [boundary] : []),
    ...layerPictures(trainer, training.model, training.data),
    ...wrongPictures(trainer, training.data, data),
    ...finalSamples(trainer, training.data, { loss, scale: data.scale, shift: data.shift }),
  ];
}

/** The first event of a run. */
function announce(record: RunFiles, experiment: Experiment): void {
  const { run, device, parameters } = record.summary;
  const document: Record<string, unknown> = { ...experiment };
  record.emit({ type: 'run-started', run, experiment: document, device, parameters, time: Date.now() });
}

/** The last event of a run, and then its summary: a run whose summary says that it is over has a log that says so. */
function finish(
  record: RunFiles,
  eventLogger: EventLogger,
  { trainer }: Training,
  status: RunStatus,
  reason: string,
): void {
  record.assertHeld();
  const { epoch, step } = trainer;
  const { seconds } = eventLogger;
  const metrics = status === 'completed' ? eventLogger.metrics : {};
  const end = { status, reason, epoch, step, seconds, ...(status === 'failed' ? { error: reason } : {}) };
  record.summarize(end);
  try {
    eventLogger.logLast();
    record.emit({ type: 'run-finished', ...end, metrics, time: Date.now() });
    record.log.sync();
  } finally {
    record.writeSummary();
  }
}

/** Runs what may fail because something else has failed, which is reported. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // See above.
  }
}
