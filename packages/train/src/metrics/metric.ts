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
