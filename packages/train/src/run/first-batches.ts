/** The indices of this many batches are kept. */
export const FIRST_BATCHES = 5;

/** The samples of the first batches that a loader gives out, for the log. */
export class FirstBatches {
  readonly #indices: Int32Array[] = [];

  /** Keeps the samples of a batch that is about to be used. */
  readonly add = (indices: Int32Array): void => {
    if (this.#indices.length < FIRST_BATCHES) this.#indices.push(indices);
  };

  /** The samples of a batch, counted from the first that was given out. */
  at(batch: number): Int32Array | undefined {
    return this.#indices[batch];
  }
}
