import { keep, noGrad, scope, type Tensor, type TypedArray } from '@kindling/core';

/** A sum of tensors of one shape, on the device of what is added. */
export class Total {
  #sum: Tensor | undefined;
  /** The sum of what was merged. */
  #merged: Float64Array | undefined;

  reset(): void {
    this.#sum?.dispose();
    this.#sum = undefined;
    this.#merged = undefined;
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
    const own = this.#sum?.data();
    const merged = this.#merged;
    if (own === undefined || merged === undefined) return own ?? merged;
    return merged.map((value, i) => value + own[i]!);
  }

  /** The elements of the sum; none where nothing was added. */
  state(): number[] {
    return [...(this.read() ?? [])];
  }

  /** Adds the elements of another sum. */
  mergeState(state: readonly number[]): void {
    if (state.length === 0) return;
    const before = this.#merged;
    this.#merged = Float64Array.from(state, (value, i) => value + (before?.[i] ?? 0));
  }
}
