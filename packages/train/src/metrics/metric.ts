import type { Tensor } from '@kindling/core';

/**
 * A measure of a model over many batches. Sums stay on the device; only `compute` reads them.
 *
 * ```ts
 * const accuracy = new Accuracy();
 * for (const [x, y] of batches) accuracy.update(model.forward(x), y);
 * accuracy.compute(); // 0.9812
 * ```
 */
export interface Metric<Value = number> {
  /** Forgets every batch. */
  reset(): void;
  /** Takes in a batch: what the model gave, and what it should have given. */
  update(output: Tensor, target: Tensor): void;
  /** The value over all batches since `reset`. */
  compute(): Value;
}

/**
 * A metric that can be taken in parts: what evaluation in several processes needs, each of which has its share of the batches.
 *
 * ```ts
 * whole.reset();
 * for (const part of parts) whole.mergeState(part.state());
 * ```
 */
export interface MergeableMetric<Value = number> extends Metric<Value> {
  /** What `compute` needs of the batches since `reset`: sums and counts, read on the host. Before the first batch it may be shorter. */
  state(): readonly number[];
  /** Takes in the batches that a metric of the same kind has the {@link state} of. */
  mergeState(state: readonly number[]): void;
}

export const isMergeable = <V>(metric: Metric<V>): metric is MergeableMetric<V> =>
  ['state', 'mergeState'].every((name) => typeof Reflect.get(metric, name) === 'function');
