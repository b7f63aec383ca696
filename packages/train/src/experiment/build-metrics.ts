import type { Tensor } from '@kindling/core';
import { outputKind } from '../losses/loss-descriptors.ts';
import { byPosition } from '../losses/positions.ts';
import { predictionsOf } from '../losses/predictions.ts';
import type { MergeableMetric } from '../metrics/metric.ts';
import { metricDescriptor } from '../metrics/metric-descriptors.ts';
import { metrics } from '../metrics/metrics.ts';
import type { Metrics } from '../trainer/evaluate.ts';
import type { Experiment } from './experiment-schema.ts';

/**
 * The metrics that an experiment names. Targets that are no classes are taken as yes and no, from 0.5 on; numbers are compared with what
 * the outputs predict.
 */
export function buildMetrics(
  { metrics: names, loss }: Pick<Experiment, 'metrics' | 'loss'>,
  isLabelled: boolean,
): Metrics {
  const task = isLabelled ? 'multiclass' : 'binary';
  const decision = { task, logits: outputKind(loss) === 'logits' } as const;
  const build = (name: (typeof names)[number]): MergeableMetric<number | number[][]> => {
    const metric: new (options?: never) => MergeableMetric<number | number[][]> = metrics[name];
    return metricDescriptor(name).compares === 'classes'
      ? measuring(new metric(decision as never), byPosition)
      : measuring(new metric(), (output, target) => [predictionsOf(loss, output), target]);
  };
  return Object.fromEntries(names.map((name) => [name, build(name)]));
}

/** A metric of what `operands` makes of output and target. */
const measuring = <R>(
  metric: MergeableMetric<R>,
  operands: (output: Tensor, target: Tensor) => readonly [Tensor, Tensor],
): MergeableMetric<R> => ({
  reset: () => metric.reset(),
  update: (output, target) => metric.update(...operands(output, target)),
  compute: () => metric.compute(),
  state: () => metric.state(),
  mergeState: (state) => metric.mergeState(state),
});
