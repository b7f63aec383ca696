import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { availableParallelism, hostname, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { cuda } from '@kindling/core';
import { type Callback, parseExperiment, RunFolder, runExperiment, type TrainSteps } from '@kindling/train';
import type { Job } from 'bullmq';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import { failureOf } from '../../failure.ts';
import { interruption } from '../../interruption.ts';
import { type Broker, connectBroker } from '../../queue/broker.ts';
import { packRun } from '../../queue/packed-run.ts';
import {
  queueOf,
  RESULT_SECONDS,
  resultKey,
  type TrialJob,
  type TrialOutcome,
  trialJobSchema,
  workerKey,
} from '../../queue/trial-job.ts';
import type { Output } from '../../terminal/output.ts';

declare const KINDLING_VERSION: string;

export interface WorkerOptions {
  /** Where runs are trained until they are sent. Default: below the folder of temporary files. */
  readonly folder?: string;
}

/** How long a worker may be silent before its trial is given to another, and how often others look for that, in milliseconds. */
const LOCK_MS = 15_000;
const STALLED_MS = 5_000;
/** Seconds for which a worker says that it is there. */
const PRESENT_SECONDS = 15;
/** Milliseconds between two reports of progress. */
const REPORT_MS = 1000;

/** `kindling worker` */
export async function work(url: string, options: WorkerOptions, output: Output): Promise<ExitCode> {
  await using broker = await connectBroker(url);
  const folder = options.folder ?? join(tmpdir(), 'kindling-worker');
  const hasCuda = cuda.isAvailable();
  using interrupted = interruption(() =>
    output.note('saving a checkpoint; press Ctrl-C again to quit at once'),
  );
  const { signal } = interrupted;
  const queues = [queueOf('cpu'), ...(hasCuda ? [queueOf('cuda')] : [])];
  const workers = queues.map(
    (name) =>
      new broker.bull.Worker<TrialJob, TrialOutcome>(
        name,
        (job) => train(job, folder, broker, signal, output),
        {
          connection: broker.connect(),
          concurrency: 1,
          lockDuration: LOCK_MS,
          stalledInterval: STALLED_MS,
          maxStalledCount: 1000,
        },
      ),
  );
  for (const worker of workers)
    worker.on('error', (error) => output.note(`${broker.shown}: ${error.message}`));
  const present = announcePresence(broker, { hasCuda });
  output.note(`${broker.shown}: waiting for trials (${hasCuda ? 'cpu, cuda' : 'cpu'})`);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.all(workers.map((worker) => worker.close()));
  await present.end();
  return interrupted.exitCode ?? exitCodes.done;
}

/** Says under a key of Redis, again and again, that this worker is there, and what it has. */
function announcePresence(
  { redis }: Broker,
  { hasCuda }: { readonly hasCuda: boolean },
): { end(): Promise<void> } {
  const key = workerKey(randomUUID());
  const what = { host: hostname(), cores: availableParallelism(), memory: totalmem(), cuda: hasCuda };
  const say = (): void =>
    void redis.set(key, JSON.stringify(what), 'EX', PRESENT_SECONDS).catch(() => undefined);
  say();
  const timer = setInterval(say, (PRESENT_SECONDS * 1000) / 3);
  return {
    async end() {
      clearInterval(timer);
      await redis.del(key).catch(() => undefined);
    },
  };
}

/** Reports the share of a trial's steps that were taken. */
class ProgressCallback implements Callback {
  readonly name = 'queue';
  readonly interval = Number.POSITIVE_INFINITY;
  readonly #job: Job<TrialJob>;
  #steps = 1;
  #reportedAt = performance.now();

  constructor(job: Job<TrialJob>) {
    this.#job = job;
  }

  begin(steps: number): void {
    this.#steps = steps;
  }

  onTrainBatchEnd(steps: TrainSteps): void {
    if (performance.now() - this.#reportedAt < REPORT_MS) return;
    this.#reportedAt = performance.now();
    this.#job.updateProgress((steps.firstStep + steps.length) / this.#steps).catch(() => undefined);
  }
}

/**
 * Trains a trial, from its last checkpoint where this machine has one, and sends the run.
 *
 * @throws where the worker is stopped: another one takes the trial.
 */
async function train(
  job: Job<TrialJob>,
  root: string,
  { redis }: Broker,
  signal: AbortSignal,
  output: Output,
): Promise<TrialOutcome> {
  const { version, sweep, run, experiment } = trialJobSchema.parse(job.data);
  if (version !== KINDLING_VERSION) {
    const message = `expected a trial of version ${KINDLING_VERSION}, which this worker is, got one of ${version}`;
    return { failure: { message, code: exitCodes.usage }, leftOut: [] };
  }
  const place = join(root, job.id!);
  // Files of a run name it.
  const folder = join(place, run);
  const progress = new ProgressCallback(job);
  let failure: TrialOutcome['failure'] = null;
  output.note(`${sweep}: ${run}`);
  try {
    await runExperiment(parseExperiment(experiment), {
      runDir: folder,
      resume: new RunFolder(folder).exists(),
      signal,
      onReady: ({ steps }) => progress.begin(steps),
      files: { signal },
      callbacks: [progress],
    });
  } catch (error) {
    if (signal.aborted) throw error;
    failure = failureOf(error);
    output.note(`${sweep}: ${run}: ${failure.message}`);
  }
  if (signal.aborted) throw new Error('the worker was stopped');
  const hasRun = new RunFolder(folder).exists();
  const { bytes, leftOut } = hasRun ? packRun(folder) : { bytes: undefined, leftOut: [] };
  if (bytes !== undefined) await redis.set(resultKey(job.id!), bytes, 'EX', RESULT_SECONDS);
  rmSync(place, { recursive: true, force: true });
  return { failure, leftOut: [...leftOut] };
}
