import { ArgumentError } from '@kindling/core';
import { isMergeable, type MergeableMetric } from '../metrics/metric.ts';
import type { DataParallel } from './data-parallel.ts';
import type { Metrics } from './evaluate.ts';

type Parts = Pick<MergeableMetric<unknown>, 'reset' | 'state' | 'mergeState'>;

/** The metrics, which can be taken in parts. @throws {ArgumentError} for one that cannot. */
export function mergeable(name: string, metrics: Metrics): readonly Parts[] {
  return Object.entries(metrics).map(([key, metric]) => {
    if (isMergeable(metric)) return metric;
    throw new ArgumentError(
      `${name}: expected metrics with state and mergeState for several processes, got metrics.${key} without`,
    );
  });
}

/** Each metric ← that of the batches of all processes, the same bits at each. */
export function mergeOver(processes: DataParallel, metrics: readonly Parts[]): void {
  for (const metric of metrics) {
    const states = processes.gather(metric.state());
    metric.reset();
    for (const state of states) metric.mergeState(state);
  }
}
