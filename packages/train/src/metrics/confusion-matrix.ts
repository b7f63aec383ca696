import { onesLike, ShapeError, type Tensor, zeros } from '@kindling/core';
import { checkOptions } from '@kindling/core/internal';
import { type Decided, type DecisionOptions, decision, decisionOptionNames } from './decision.ts';
import type { MergeableMetric } from './metric.ts';
import { Total } from './total.ts';

export type ConfusionMatrixOptions = DecisionOptions;

/**
 * How often class i (row) was answered with class j (column): C rows of C counts, C being the size of the output's class axis, or 2
 * for a binary task. No rows before the first update.
 *
 * Throws `ShapeError` where output and target do not belong together and where C changes between batches, and when it is computed
 * after class indices out of range; `DTypeError` for class indices that are not integers.
 */
export class ConfusionMatrix implements MergeableMetric<number[][]> {
  readonly #decide: (output: Tensor, target: Tensor) => Decided;
  readonly #counts = new Total();
  #classes = 0;

  constructor(options: ConfusionMatrixOptions = {}) {
    this.#decide = decision('confusionMatrix', checkOptions('ConfusionMatrix', options, decisionOptionNames));
  }

  reset(): void {
    this.#counts.reset();
    this.#classes = 0;
  }

  update(output: Tensor, target: Tensor): void {
    this.#counts.add(() => {
      const { predicted, actual, classes } = this.#decide(output, target);
      this.#expectClasses(classes);
      // One cell more counts class indices out of range, so that nothing has to be read here.
      const known = actual.ge(0).logicalAnd(actual.lt(classes));
      const cells = actual
        .where(known, 0)
        .mul(classes)
        .add(predicted)
        .where(known, classes ** 2)
        .flatten();
      const none = zeros([classes ** 2 + 1], { dtype: 'int32', device: output.device });
      return none.scatterAdd(0, cells, onesLike(cells));
    });
  }

  state(): readonly number[] {
    return [this.#classes, ...this.#counts.state()];
  }

  mergeState([classes = 0, ...counts]: readonly number[]): void {
    if (classes === 0) return;
    this.#expectClasses(classes);
    this.#counts.mergeState(counts);
  }

  #expectClasses(classes: number): void {
    if (this.#classes !== 0 && classes !== this.#classes) {
      throw new ShapeError(`confusionMatrix: expected ${this.#classes} classes as before, got ${classes}`);
    }
    this.#classes = classes;
  }

  compute(): number[][] {
    const counts = this.#counts.read() ?? [];
    const unknown = counts[this.#classes ** 2] ?? 0;
    if (unknown > 0) {
      throw new ShapeError(
        `confusionMatrix: expected class indices in [0, ${this.#classes - 1}], got ${unknown} out of range`,
      );
    }
    return Array.from({ length: this.#classes }, (_, row) => [
      ...counts.slice(row * this.#classes, (row + 1) * this.#classes),
    ]);
  }
}
