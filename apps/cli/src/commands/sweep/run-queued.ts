import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sweep, SweepTrial } from '@kindling/train';
import { readTrialResult, type SweepFolder } from '@kindling/train/internal';
import type { Job, Queue } from 'bullmq';
import type { ExitCode } from '../../exit-code.ts';
import { type Broker, connectBroker } from '../../queue/broker.ts';
import { unpackRun } from '../../queue/packed-run.ts';
import { queueOf, resultKey, type TrialJob, trialOutcomeSchema, workerKey } from '../../queue/trial-job.ts';
import type { TrialFailure } from './protocol.ts';
import { type RunTrialsOptions, resultOf } from './run-trials.ts';

declare const KINDLING_VERSION: string;

/** Milliseconds between two looks at the queue. */
const LOOK_MS = 500;

export type RunQueuedOptions = Pick<
  RunTrialsOptions,
  'signal' | 'onBegin' | 'onProgress' | 'onEnd' | 'onLine'
> & { readonly url: string };

/**
 * Puts trials into queues that workers on any machine take them from, and writes the runs that come back into the sweep's folder. A trial
 * has one job, however often the sweep is started. Where the signal comes, the jobs stay: the same command takes their results later.
 */
export async function runQueued(
  trials: readonly SweepTrial[],
  sweep: Sweep,
  folder: SweepFolder,
  options: RunQueuedOptions,
): Promise<void> {
  await using broker = await connectBroker(options.url);
  const id = createHash('sha256')
    .update(`${hostname()}\0${folder.path}\0${JSON.stringify(sweep.definition)}`)
    .digest('hex')
    .slice(0, 16);
  const queues = new Map<string, Queue<TrialJob>>();
  const queueFor = ({ experiment }: SweepTrial): Queue<TrialJob> => {
    const name = queueOf(experiment.device);
    const queue = queues.get(name) ?? new broker.bull.Queue<TrialJob>(name, { connection: broker.connect() });
    if (!queues.has(name)) queue.on('error', (error) => options.onLine(awayText(broker, error)));
    queues.set(name, queue);
    return queue;
  };
  const jobOf = ({ run }: SweepTrial): string => `${id}-${run}`;
  const waiting = new Set(trials);
  const begun = new Set<SweepTrial>();
  let known = -1;

  const add = async (trial: SweepTrial): Promise<void> => {
    const data: TrialJob = {
      version: KINDLING_VERSION,
      sweep: sweep.name,
      run: trial.run,
      experiment: { ...trial.experiment },
    };
    await queueFor(trial).add('trial', data, { jobId: jobOf(trial), attempts: 3 });
  };
  const look = async (trial: SweepTrial): Promise<void> => {
    const queue = queueFor(trial);
    const job = await queue.getJob(jobOf(trial));
    // A server that lost its memory lost the trial.
    if (job === undefined) return add(trial);
    const state = await job.getState();
    if (state === 'completed') {
      // What it came to was not there yet, maybe, when the job was read.
      const ended = (await queue.getJob(jobOf(trial))) ?? job;
      const failure = await fetch(broker, ended, folder.run(trial.run).path, options.onLine);
      finish(trial, failure);
    } else if (state === 'failed') {
      const message = `no worker could train it: ${job.failedReason}`;
      await job.remove();
      finish(trial, { message, code: 1 });
    } else if (state === 'active') {
      if (!begun.has(trial)) options.onBegin(trial);
      begun.add(trial);
      if (typeof job.progress === 'number') options.onProgress(trial, job.progress);
    }
  };
  const finish = (trial: SweepTrial, failure: TrialFailure | undefined): void => {
    waiting.delete(trial);
    if (!begun.has(trial)) options.onBegin(trial);
    const result =
      resultOf(trial, folder, failure) ??
      readTrialResult(folder.run(trial.run), { run: trial.run, settings: trial.settings });
    if (result !== undefined) options.onEnd(result, failure);
  };

  while (waiting.size > 0 && !options.signal.aborted) {
    for (const trial of [...waiting]) {
      if (options.signal.aborted) break;
      await look(trial);
    }
    const workers = await broker.redis.keys(workerKey('*'));
    if (workers.length !== known) options.onLine(workersText(workers.length, broker));
    known = workers.length;
    if (waiting.size > 0) await sleep(LOOK_MS, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

function workersText(count: number, { shown }: Broker): string {
  if (count === 0) return `${shown}: no workers yet; start some: kindling worker ${shown}`;
  return `${shown}: ${count === 1 ? '1 worker' : `${count} workers`}`;
}

const awayText = ({ shown }: Broker, error: Error): string =>
  `${shown}: away (${'code' in error ? String(error.code) : error.message}); waiting for it`;

/** Writes what a worker sent into the trial's folder, and takes the job out of the queue. */
async function fetch(
  broker: Broker,
  job: Job<TrialJob>,
  folder: string,
  onLine: (line: string) => void,
): Promise<TrialFailure | undefined> {
  const { failure, leftOut } = trialOutcomeSchema.parse(job.returnvalue);
  const bytes = await broker.redis.getBuffer(resultKey(job.id!));
  if (bytes !== null) unpackRun(bytes, folder);
  if (leftOut.length > 0)
    onLine(`${job.data.run}: left out ${leftOut.join(', ')}, which are too large to send`);
  await job.remove();
  await broker.redis.del(resultKey(job.id!));
  if (bytes === null && failure === null)
    return { message: 'its result was fetched before and is not there', code: 1 };
  return failure === null ? undefined : { message: failure.message, code: failure.code as ExitCode };
}
