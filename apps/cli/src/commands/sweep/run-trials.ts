import { readRunColumns, type Sweep, type SweepTrial } from '@kindling/train';
import {
  isDone,
  MedianRule,
  readTrialResult,
  type SweepFolder,
  type TrialResult,
} from '@kindling/train/internal';
import type { FromWorker, TrialFailure } from './protocol.ts';
import { WorkerProcess } from './worker-process.ts';

export interface RunTrialsOptions {
  /** Processes that train at the same time. */
  readonly jobs: number;
  /** The device that the command line names. */
  readonly device: string | undefined;
  /** Ends the sweep: trials that run stop after a checkpoint, and no further one begins. */
  readonly signal: AbortSignal;
  readonly onBegin: (trial: SweepTrial) => void;
  readonly onProgress: (trial: SweepTrial, share: number) => void;
  readonly onEnd: (result: TrialResult, failure: TrialFailure | undefined) => void;
  readonly onMessage: (
    message: Extract<FromWorker, { type: 'notice' | 'download' }>,
    trial: SweepTrial,
  ) => void;
  /** Receives each line that a worker writes to stderr. */
  readonly onLine: (line: string) => void;
}

/**
 * Trains trials, in their order, in as many processes as there are jobs. A trial that fails leaves the others alone; what cannot be
 * recorded ends them all, after checkpoints.
 */
export async function runTrials(
  trials: readonly SweepTrial[],
  sweep: Sweep,
  folder: SweepFolder,
  options: RunTrialsOptions,
): Promise<void> {
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  const queue = [...trials];
  const rule = sweep.prune && new MedianRule(sweep.prune, sweep.monitor);
  for (const { run, settings } of rule ? sweep.trials : []) {
    const result = readTrialResult(folder.run(run), { run, settings });
    if (result !== undefined && isDone(result)) recordLog(rule, run, folder);
  }

  const lane = async (): Promise<void> => {
    let worker: WorkerProcess | undefined;
    let current: SweepTrial | undefined;
    const onMessage = (message: Exclude<FromWorker, { type: 'ended' }>): void => {
      const trial = current;
      if (trial === undefined) return;
      if (message.type === 'progress') options.onProgress(trial, message.step / message.steps);
      else if (message.type === 'epoch')
        worker?.send({ type: 'verdict', reason: judge(rule, trial, message) });
      else options.onMessage(message, trial);
    };
    const stop = (): void => worker?.send({ type: 'stop', reason: reasonOf(signal) });
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!signal.aborted) {
        current = queue.shift();
        if (current === undefined) return;
        if (!worker?.isAlive)
          worker = new WorkerProcess({ jobs: options.jobs, onMessage, onLine: options.onLine });
        const { run, experiment } = current;
        options.onBegin(current);
        recordLog(rule, run, folder);
        const ended = await worker.train({
          experiment,
          runDir: folder.run(run).path,
          device: options.device,
          isPruned: rule !== undefined,
        });
        // A process that a signal of the terminal ended before it could take it was stopped, like the sweep.
        const failure = signal.aborted ? undefined : ended;
        const result = resultOf(current, folder, failure);
        recordLog(rule, run, folder);
        if (result !== undefined) options.onEnd(result, failure);
      }
    } finally {
      signal.removeEventListener('abort', stop);
      await worker?.close();
    }
  };
  const lanes = Array.from({ length: Math.min(options.jobs, trials.length) }, () =>
    lane().catch((error: unknown) => broken.abort(error)),
  );
  await Promise.all(lanes);
  if (broken.signal.aborted) throw broken.signal.reason;
}

/** What a trial came to; undefined where it was interrupted before it had a run. */
export function resultOf(
  { run, settings }: SweepTrial,
  folder: SweepFolder,
  failure: TrialFailure | undefined,
): TrialResult | undefined {
  const found = readTrialResult(folder.run(run), { run, settings });
  if (failure === undefined) return found;
  const nothing: Pick<TrialResult, 'metrics' | 'epoch' | 'seconds'> = { metrics: {}, epoch: 0, seconds: 0 };
  return { run, settings, ...(found ?? nothing), status: 'failed', reason: failure.message };
}

function judge(
  rule: MedianRule | undefined,
  { run, experiment }: SweepTrial,
  { epoch, value }: Extract<FromWorker, { type: 'epoch' }>,
): string | null {
  if (value !== null) rule?.record(run, epoch, value);
  return rule?.verdict(run, epoch, experiment.epochs) ?? null;
}

/** Passes what a run logged to the rule: before it goes on, and when it is over. */
function recordLog(rule: MedianRule | undefined, run: string, folder: SweepFolder): void {
  const runFolder = folder.run(run);
  if (rule === undefined || !runFolder.exists()) return;
  try {
    rule.recordLog(run, readRunColumns(runFolder.path).columns);
  } catch {
    // What cannot be read is compared with nothing; the trial itself says what is wrong.
  }
}

const reasonOf = ({ reason }: AbortSignal): string => (reason instanceof Error ? reason.message : 'stop');
