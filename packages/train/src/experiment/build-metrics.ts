import { lossDescriptor } from '../losses/loss-descriptors.ts';
import type { Metric } from '../metrics/metric.ts';
import { metricDescriptor } from '../metrics/metric-descriptors.ts';
import { metrics } from '../metrics/metrics.ts';
import type { Metrics } from '../trainer/evaluate.ts';
import type { Experiment } from './experiment-schema.ts';

/** The metrics that an experiment names. Targets that are no classes are taken as yes and no, from 0.5 on. */
export function buildMetrics(
  { metrics: names, loss }: Pick<Experiment, 'metrics' | 'loss'>,
  isLabelled: boolean,
): Metrics {
  const task = isLabelled ? 'multiclass' : 'binary';
  const decision = { task, logits: lossDescriptor(loss.type).outputs === 'logits' } as const;
  const build = (name: (typeof names)[number]): Metric<number | number[][]> => {
    const metric: new (options?: never) => Metric<number | number[][]> = metrics[name];
    return metricDescriptor(name).compares === 'classes' ? new metric(decision as never) : new metric();
  };
  return Object.fromEntries(names.map((name) => [name, build(name)]));
}
