import type { Tensor } from '@kindling/core';
import { matchingTarget } from '@kindling/core/internal';
import { inDouble } from './double.ts';
import type { MergeableMetric } from './metric.ts';
import { Total } from './total.ts';

/**
 * The mean of |x − y| over all elements, in the target's unit; NaN before the first update.
 *
 * Throws `ShapeError` where output and target differ in shape.
 */
export class MeanAbsoluteError implements MergeableMetric {
  readonly #total = new Total();
  #count = 0;

  reset(): void {
    this.#total.reset();
    this.#count = 0;
  }

  update(output: Tensor, target: Tensor): void {
    this.#total.add(() => {
      const y = matchingTarget('mae', output, target);
      this.#count += output.numel;
      return inDouble(output.sub(y).abs().sum());
    });
  }

  state(): readonly number[] {
    return [this.#count, ...this.#total.state()];
  }

  mergeState([count = 0, ...total]: readonly number[]): void {
    this.#count += count;
    this.#total.mergeState(total);
  }

  compute(): number {
    return (this.#total.read()?.[0] ?? Number.NaN) / this.#count;
  }
}
