import { metricGoal } from '@kindling/train';
import type { ComparedMetric, ComparedRun } from './compared-run.ts';
import { differingPaths } from './settings.ts';

/** Runs side by side. */
export interface Comparison {
  readonly runs: readonly ComparedRun[];
  /** Settings that are not the same in all runs that can be read. */
  readonly paths: readonly string[];
  /** Names of metrics, those of held-back samples first. */
  readonly metrics: readonly string[];
}

export function comparisonOf(runs: readonly ComparedRun[]): Comparison {
  const readable = runs.filter(({ state }) => state !== 'damaged');
  const metrics = [...new Set(readable.flatMap((run) => [...run.metrics.keys()]))];
  return {
    runs,
    paths: differingPaths(readable.map(({ settings }) => settings)),
    metrics: [
      ...metrics.filter((name) => name.startsWith('validation.')),
      ...metrics.filter((name) => !name.startsWith('validation.')),
    ],
  };
}

/**
 * The runs with the best value of a metric; none where nothing says which values are good, and where only one run has any.
 *
 * @param which Of the newest values, or of the best ones.
 */
export function winners(
  { runs }: Comparison,
  name: string,
  which: Exclude<keyof ComparedMetric, 'bestStep'>,
): ReadonlySet<ComparedRun> {
  const goal = metricGoal(name);
  const valueIn = (run: ComparedRun): number => run.metrics.get(name)?.[which] ?? Number.NaN;
  const measured = runs.filter((run) => Number.isFinite(valueIn(run)));
  if (goal === undefined || measured.length < 2) return new Set();
  const best = measured.map(valueIn).reduce((a, b) => (goal === 'max' ? Math.max(a, b) : Math.min(a, b)));
  return new Set(measured.filter((run) => valueIn(run) === best));
}
