import { outputKind } from '../losses/loss-descriptors.ts';
import { byPosition } from '../losses/positions.ts';
import { predictionsOf } from '../losses/predictions.ts';
import type { Metric } from '../metrics/metric.ts';
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
  const build = (name: (typeof names)[number]): Metric<number | number[][]> => {
    const metric: new (options?: never) => Metric<number | number[][]> = metrics[name];
    return metricDescriptor(name).compares === 'classes'
      ? ofPositions(new metric(decision as never))
      : ofPredictions(new metric(), loss);
  };
  return Object.fromEntries(names.map((name) => [name, build(name)]));
}

const ofPositions = <R>(metric: Metric<R>): Metric<R> => ({
  reset: () => metric.reset(),
  update: (output, target) => metric.update(...byPosition(output, target)),
  compute: () => metric.compute(),
});

const ofPredictions = <R>(metric: Metric<R>, loss: Experiment['loss']): Metric<R> => ({
  reset: () => metric.reset(),
  update: (output, target) => metric.update(predictionsOf(loss, output), target),
  compute: () => metric.compute(),
});
