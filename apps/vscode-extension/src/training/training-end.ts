import { RunFolder, type RunState, readRunOverview } from '@kindling/train/runs';

/** How a training ended, as its process and its run tell. */
export interface TrainingEnd {
  /** `unstarted`: the process ended before there was a run. */
  readonly state: RunState | 'unstarted';
  /** Why, where it is known. */
  readonly reason: string | undefined;
}

/** @param exitCode Of the process; undefined where it was ended from outside. */
export function trainingEnd(runDir: string, exitCode: number | undefined): TrainingEnd {
  try {
    const { state, summary } = readRunOverview(new RunFolder(runDir));
    if (state === 'interrupted')
      return { state: exitCode === undefined ? 'stopped' : 'failed', reason: undefined };
    return { state, reason: summary.error ?? summary.reason };
  } catch {
    return { state: 'unstarted', reason: undefined };
  }
}
