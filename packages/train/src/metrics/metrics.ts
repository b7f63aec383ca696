import { byType } from '../descriptor.ts';
import { accuracyDescriptor } from './accuracy.ts';
import { f1Descriptor, precisionDescriptor, recallDescriptor } from './class-score.ts';
import { confusionMatrixDescriptor } from './confusion-matrix.ts';
import { meanAbsoluteErrorDescriptor } from './mean-absolute-error.ts';
import type { Metric } from './metric.ts';
import type { MetricDescriptor } from './metric-descriptor.ts';
import { r2ScoreDescriptor } from './r2-score.ts';

/** Every metric that an experiment can name. */
export const metricDescriptors = [
  accuracyDescriptor,
  precisionDescriptor,
  recallDescriptor,
  f1Descriptor,
  meanAbsoluteErrorDescriptor,
  r2ScoreDescriptor,
  confusionMatrixDescriptor,
] as const;

const known = byType(metricDescriptors);

export type MetricName = keyof typeof known;

/** The metrics whose value is one number. */
export type NumberMetricName = {
  [N in MetricName]: InstanceType<(typeof known)[N]['metric']> extends Metric ? N : never;
}[MetricName];

/** Every metric by the name that experiment files use. */
export const metrics = Object.fromEntries(metricDescriptors.map(({ type, metric }) => [type, metric])) as {
  readonly [N in MetricName]: (typeof known)[N]['metric'];
};

/** The descriptor of a metric by its name. */
export const metricDescriptor = (type: MetricName): MetricDescriptor => known[type];
