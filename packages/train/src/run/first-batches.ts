/** The batches of this many steps are kept. */
export const FIRST_BATCHES = 5;

/** The samples of the first batches that a loader gives out, for the log. */
export class FirstBatches {
  readonly #indices: Int32Array[] = [];
  readonly #count: number;

  /** @param perStep Batches of a step. */
  constructor(perStep: number) {
    this.#count = FIRST_BATCHES * perStep;
  }

  /** Keeps the samples of a batch that is about to be used. */
  readonly add = (indices: Int32Array): void => {
    if (this.#indices.length < this.#count) this.#indices.push(indices);
  };

  /** The samples of a batch, counted from the first that was given out. */
  at(batch: number): Int32Array | undefined {
    return this.#indices[batch];
  }
}
