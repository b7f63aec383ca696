import { lossDescriptor } from '../losses/losses.ts';
import { metricDescriptor } from '../metrics/metrics.ts';
import type { Metrics } from '../trainer/evaluate.ts';
import type { Experiment } from './experiment-schema.ts';

/** The metrics that an experiment names. Targets that are no classes are taken as yes and no, from 0.5 on. */
export function buildMetrics(
  { metrics: names, loss }: Pick<Experiment, 'metrics' | 'loss'>,
  isLabelled: boolean,
): Metrics {
  const task = isLabelled ? 'multiclass' : 'binary';
  const logits = lossDescriptor(loss.type).outputs === 'logits';
  return Object.fromEntries(names.map((name) => [name, metricDescriptor(name).build({ task, logits })]));
}
