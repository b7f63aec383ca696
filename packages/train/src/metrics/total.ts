import { keep, noGrad, scope, type Tensor, type TypedArray } from '@kindling/core';

/** A sum of tensors of one shape, on the device of what is added. */
export class Total {
  #sum: Tensor | undefined;

  reset(): void {
    this.#sum?.dispose();
    this.#sum = undefined;
  }

  /** Adds what `compute` gives; runs it without recording, and frees what it made on the way. */
  add(compute: () => Tensor): void {
    scope(() =>
      noGrad(() => {
        const value = compute();
        if (this.#sum === undefined) this.#sum = keep(value.clone());
        else this.#sum.add_(value);
      }),
    );
  }

  /** The elements of the sum, read on the host; undefined where nothing was added. */
  read(): TypedArray | undefined {
    return this.#sum?.data();
  }
}
