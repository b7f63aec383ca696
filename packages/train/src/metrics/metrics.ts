import { Accuracy } from './accuracy.ts';
import { F1, Precision, Recall } from './class-score.ts';
import { ConfusionMatrix } from './confusion-matrix.ts';
import { MeanAbsoluteError } from './mean-absolute-error.ts';
import type { MergeableMetric } from './metric.ts';
import type { MetricName } from './metric-descriptors.ts';
import { R2Score } from './r2-score.ts';

type MetricClass = new (options?: never) => MergeableMetric<number | number[][]>;

/** Every metric by the name that experiment files use. */
export const metrics = {
  accuracy: Accuracy,
  confusionMatrix: ConfusionMatrix,
  precision: Precision,
  recall: Recall,
  f1: F1,
  mae: MeanAbsoluteError,
  r2: R2Score,
} as const satisfies Readonly<Record<MetricName, MetricClass>>;

export type { MetricName };
