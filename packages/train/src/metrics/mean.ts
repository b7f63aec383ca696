import type { Tensor } from '@kindling/core';
import { inDouble } from './double.ts';
import { Total } from './total.ts';

/**
 * The weighted mean Σ wᵢvᵢ / Σ wᵢ of scalars, such as the mean losses of batches weighted by batch size. Summed in
 * float64, as a Python loop over `loss.item()` does.
 */
export class Mean {
  readonly #total = new Total();
  #weight = 0;

  reset(): void {
    this.#total.reset();
    this.#weight = 0;
  }

  /** Takes in a scalar, which stays on its device. Default weight 1. */
  update(value: Tensor, weight = 1): void {
    this.#total.add(() => inDouble(value).mul(weight));
    this.#weight += weight;
  }

  state(): readonly number[] {
    return [this.#weight, ...this.#total.state()];
  }

  /** Takes in the scalars that another mean has the state of. */
  mergeState([weight = 0, ...total]: readonly number[]): void {
    this.#weight += weight;
    this.#total.mergeState(total);
  }

  /** NaN before the first update. */
  compute(): number {
    return (this.#total.read()?.[0] ?? Number.NaN) / this.#weight;
  }
}
