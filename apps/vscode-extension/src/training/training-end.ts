import { RunFolder, type RunState, readRunOverview } from '@kindling/train/runs';

/** How a training ended, by its run. */
export interface TrainingEnd {
  /** `unstarted`: the process ended before there was a run. */
  readonly state: RunState | 'unstarted';
  /** Why, where it is known. */
  readonly reason: string | undefined;
}

/** What the folder of a run says of its end. */
export function trainingEnd(runDir: string): TrainingEnd {
  try {
    const { state, summary } = readRunOverview(new RunFolder(runDir));
    return { state, reason: summary.error ?? summary.reason };
  } catch {
    return { state: 'unstarted', reason: undefined };
  }
}
