import type { DecisionOptions } from './decision.ts';
import type { Metric } from './metric.ts';

/** A metric that experiments can name. */
export interface MetricDescriptor<N extends string = string, M extends MetricClass = MetricClass> {
  /** The name in experiment files. */
  readonly type: N;
  readonly metric: M;
  /** Whether it measures in one number, which a monitor can compare. */
  readonly isNumber: boolean;
  /** @param decision how outputs become classes, for metrics that count classes. */
  build(decision: DecisionOptions): Metric<number | number[][]>;
}

type MetricClass = new (options?: never) => Metric<number | number[][]>;

/** Declares a metric in numbers of how classes were decided: its options are {@link DecisionOptions}. */
export const defineDecisionMetric = <
  const N extends string,
  M extends new (
    options?: DecisionOptions,
  ) => Metric<number | number[][]>,
>(
  type: N,
  metric: M,
  { isNumber = true } = {},
): MetricDescriptor<N, M> => ({ type, metric, isNumber, build: (decision) => new metric(decision) });

/** Declares a metric of numbers against numbers. */
export const defineValueMetric = <const N extends string, M extends new () => Metric>(
  type: N,
  metric: M,
): MetricDescriptor<N, M> => ({ type, metric, isNumber: true, build: () => new metric() });
