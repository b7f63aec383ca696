/** A step that was taken. */
export interface StepReport {
  /** Counts from 0 over all epochs. */
  readonly step: number;
  readonly epoch: number;
  /** Loss of the batch before the step's update. */
  readonly loss: number;
  /** Learning rate of the step's update, of the first group of parameters. */
  readonly lr: number;
}

/** What is known of steps that were taken, a row each. */
export interface StepColumns {
  readonly loss: Float64Array;
  readonly lr: Float64Array;
}

/** Steps of one epoch in a row, as columns; iterating over them gives a {@link StepReport} each. */
export class TrainSteps implements Iterable<StepReport> {
  readonly epoch: number;
  /** Number of the first of these steps, from 0 over all epochs. */
  readonly firstStep: number;
  readonly length: number;
  readonly #columns: StepColumns;
  /** Row of the columns that the first of these steps is in. */
  readonly #from: number;

  constructor(epoch: number, firstStep: number, columns: StepColumns, from = 0, to = columns.loss.length) {
    this.epoch = epoch;
    this.firstStep = firstStep;
    this.length = to - from;
    this.#columns = columns;
    this.#from = from;
  }

  /** Loss of each step's batch before its update. */
  get loss(): Float64Array {
    return this.#columns.loss.subarray(this.#from, this.#from + this.length);
  }

  /** Learning rate of each step's update, of the first group of parameters. */
  get lr(): Float64Array {
    return this.#columns.lr.subarray(this.#from, this.#from + this.length);
  }

  /** One of the steps, counted from the last where the index is negative; undefined where there is none. */
  at(index: number): StepReport | undefined {
    const i = index < 0 ? this.length + index : index;
    if (!(i >= 0 && i < this.length)) return undefined;
    const { loss, lr } = this.#columns;
    const row = this.#from + i;
    return { step: this.firstStep + i, epoch: this.epoch, loss: loss[row]!, lr: lr[row]! };
  }

  *[Symbol.iterator](): Iterator<StepReport> {
    for (let i = 0; i < this.length; i++) yield this.at(i)!;
  }
}
