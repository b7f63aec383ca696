import { metrics } from '../metrics/metrics.ts';
import type { Metrics } from '../trainer/evaluate.ts';
import type { Experiment } from './experiment-schema.ts';

/** The metrics that an experiment names. Targets that are no classes are taken as yes and no, from 0.5 on. */
export function buildMetrics(
  { metrics: names, loss }: Pick<Experiment, 'metrics' | 'loss'>,
  isLabelled: boolean,
): Metrics {
  const task = isLabelled ? 'multiclass' : 'binary';
  const decision = { task, logits: loss.type === 'bceWithLogits' } as const;
  return Object.fromEntries(
    names.map((name) => [
      name,
      name === 'mae' || name === 'r2' ? new metrics[name]() : new metrics[name](decision),
    ]),
  );
}
