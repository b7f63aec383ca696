/** A step that was taken. */
export interface StepReport {
  /** Counts from 0 over all epochs. */
  readonly step: number;
  readonly epoch: number;
  /** Loss of the batch before the step's update. */
  readonly loss: number;
  /** Learning rate of the step's update, of the first group of parameters. */
  readonly lr: number;
  /** What a training step of one's own returned beside the loss, by name. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** Steps as columns, a row each. */
export interface StepColumns {
  /** Loss of each step's batch before its update. */
  readonly loss: Float64Array;
  /** Learning rate of each step's update, of the first group of parameters. */
  readonly lr: Float64Array;
  /** What a training step of one's own returned beside the loss, by name. */
  readonly metrics: Readonly<Record<string, Float64Array>>;
}

const valuesIn = (columns: Readonly<Record<string, Float64Array>>, row: number): Record<string, number> =>
  Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]!]));

/** Steps of one epoch in a row, as columns; iterating over them gives a {@link StepReport} each. */
export class TrainSteps implements StepColumns, Iterable<StepReport> {
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

  get loss(): Float64Array {
    return this.#cut(this.#columns.loss);
  }

  get lr(): Float64Array {
    return this.#cut(this.#columns.lr);
  }

  get metrics(): Readonly<Record<string, Float64Array>> {
    const columns = Object.entries(this.#columns.metrics);
    return Object.fromEntries(columns.map(([name, values]) => [name, this.#cut(values)]));
  }

  /** One of the steps, counted from the last where the index is negative; undefined where there is none. */
  at(index: number): StepReport | undefined {
    const i = index < 0 ? this.length + index : index;
    if (!(i >= 0 && i < this.length)) return undefined;
    const row = this.#from + i;
    const { loss, lr, metrics } = this.#columns;
    const report = { step: this.firstStep + i, epoch: this.epoch, loss: loss[row]!, lr: lr[row]! };
    for (const _ in metrics) return { ...report, metrics: valuesIn(metrics, row) };
    return report;
  }

  *[Symbol.iterator](): Iterator<StepReport> {
    for (let i = 0; i < this.length; i++) yield this.at(i)!;
  }

  #cut(column: Float64Array): Float64Array {
    return column.subarray(this.#from, this.#from + this.length);
  }
}
