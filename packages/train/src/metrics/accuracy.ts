import type { Tensor } from '@kindling/core';
import { checkOptions } from '@kindling/core/internal';
import { type Decided, type DecisionOptions, decision, decisionOptionNames } from './decision.ts';
import type { MergeableMetric } from './metric.ts';
import { Total } from './total.ts';

export type AccuracyOptions = DecisionOptions;

/**
 * The part of the answers that is right, in [0, 1]; NaN before the first update.
 *
 * Throws `ShapeError` where output and target do not belong together, and `DTypeError` for class indices that are not integers.
 */
export class Accuracy implements MergeableMetric {
  readonly #decide: (output: Tensor, target: Tensor) => Decided;
  readonly #right = new Total();
  #count = 0;

  constructor(options: AccuracyOptions = {}) {
    this.#decide = decision('accuracy', checkOptions('Accuracy', options, decisionOptionNames));
  }

  reset(): void {
    this.#right.reset();
    this.#count = 0;
  }

  update(output: Tensor, target: Tensor): void {
    this.#right.add(() => {
      const { predicted, actual } = this.#decide(output, target);
      this.#count += actual.numel;
      return predicted.eq(actual).sum();
    });
  }

  state(): readonly number[] {
    return [this.#count, ...this.#right.state()];
  }

  mergeState([count = 0, ...right]: readonly number[]): void {
    this.#count += count;
    this.#right.mergeState(right);
  }

  compute(): number {
    return (this.#right.read()?.[0] ?? Number.NaN) / this.#count;
  }
}
