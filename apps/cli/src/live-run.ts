import { listRuns, type RunFolder } from '@kindling/train';

/** The run of runs/ that is being trained: of this very name, or else the newest of the experiment; without a name the newest. */
export function liveRun(reference?: string): RunFolder | undefined {
  const live = listRuns('runs').filter(({ state }) => state === 'running');
  if (reference === undefined) return live[0]?.folder;
  const found =
    live.find(({ name }) => name === reference) ??
    live.find((run) => run.state !== 'damaged' && run.summary.experiment === reference);
  return found?.folder;
}
