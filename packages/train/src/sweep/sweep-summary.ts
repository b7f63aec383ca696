import { runOverview } from '../run/read-run.ts';
import type { RunFolder } from '../run/run-folder.ts';
import type { RunSummary } from '../run/summary.ts';
import { isBetter } from '../trainer/monitor.ts';
import type { SweepTrial } from './load-sweep.ts';

/**
 * How a trial ended: `completed`; `pruned`, because it was worse than the median of the others; `diverged`; `failed`; `stopped` on
 * request, after a checkpoint; `interrupted` where its process was killed.
 */
export type TrialStatus = 'completed' | 'pruned' | 'diverged' | 'failed' | 'stopped' | 'interrupted';

/** What a trial came to. */
export interface TrialResult extends Pick<SweepTrial, 'run' | 'settings'> {
  readonly status: TrialStatus;
  /** Why it ended, in words. */
  readonly reason?: string;
  /** The newest that were measured, by group. */
  readonly metrics: RunSummary['metrics'];
  /** The best value of the metric by which trials are compared, and the epoch at whose end it was measured. */
  readonly best?: NonNullable<RunSummary['best']>;
  /** Epochs that are through, and the seconds that they took. */
  readonly epoch: number;
  readonly seconds: number;
}

/** `summary.json` of a sweep: rewritten when trials end, once a second at most. */
export interface SweepSummary {
  readonly name: string;
  /** `running` stays when a sweep is killed. */
  readonly status: 'running' | 'completed' | 'stopped';
  readonly monitor: string;
  /** The run of the best trial. */
  readonly best: string | null;
  /** Those that have begun, the best first. */
  readonly trials: readonly TrialResult[];
}

/** What the reason of a run that was pruned begins with. */
export const PRUNED = 'pruned: ';

/** Whether a trial has nothing left to do. */
export const isDone = ({ status }: TrialResult): boolean =>
  status === 'completed' || status === 'pruned' || status === 'diverged';

/** What the run of a trial came to, as its folder tells; undefined where there is none. */
export function readTrialResult(
  folder: RunFolder,
  { run, settings }: Pick<SweepTrial, 'run' | 'settings'>,
): TrialResult | undefined {
  if (!folder.exists()) return undefined;
  const found = runOverview(folder);
  if (found.state === 'damaged') {
    return { run, settings, status: 'failed', reason: found.problem, metrics: {}, epoch: 0, seconds: 0 };
  }
  const { reason, metrics, best, epoch, seconds } = found.summary;
  const status =
    found.state === 'running'
      ? 'interrupted'
      : found.state === 'completed' && reason?.startsWith(PRUNED)
        ? 'pruned'
        : found.state;
  return {
    run,
    settings,
    status,
    ...(reason === undefined ? {} : { reason }),
    metrics,
    ...(best === undefined ? {} : { best }),
    epoch,
    seconds,
  };
}

/** The best first; those without a value last, in the order in which they were. */
export function rankTrials(trials: readonly TrialResult[], monitor: string): TrialResult[] {
  const value = ({ best }: TrialResult): number | undefined =>
    best?.monitor === monitor ? best.value : undefined;
  return trials.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined);
    return isBetter(monitor, left, right) ? -1 : isBetter(monitor, right, left) ? 1 : 0;
  });
}

/** The first of the ranked that has a value and whose weights can be used: not a trial that diverged or failed. */
export const bestTrial = (ranked: readonly TrialResult[], monitor: string): TrialResult | undefined =>
  ranked.find(
    ({ status, best }) => best?.monitor === monitor && status !== 'failed' && status !== 'diverged',
  );
