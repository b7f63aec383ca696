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

/** Steps as columns. */
export interface StepColumns {
  /** Loss of each step's batch before its update. */
  readonly loss: Float64Array;
  /** Learning rate of each step's update, of the first group of parameters. */
  readonly lr: Float64Array;
  /** What a training step of one's own returned beside the loss, by name. */
  readonly metrics: Readonly<Record<string, Float64Array>>;
}

/** Some of the steps. */
export const sliceSteps = ({ loss, lr, metrics }: StepColumns, from: number, to: number): StepColumns => ({
  loss: loss.subarray(from, to),
  lr: lr.subarray(from, to),
  metrics: Object.fromEntries(
    Object.entries(metrics).map(([name, values]) => [name, values.subarray(from, to)]),
  ),
});

/** Steps of one epoch in a row, as columns; iterating over them gives a {@link StepReport} each. */
export class TrainSteps implements StepColumns, Iterable<StepReport> {
  readonly epoch: number;
  /** Number of the first of these steps, from 0 over all epochs. */
  readonly firstStep: number;
  readonly loss: Float64Array;
  readonly lr: Float64Array;
  readonly metrics: Readonly<Record<string, Float64Array>>;

  constructor(epoch: number, firstStep: number, { loss, lr, metrics }: StepColumns) {
    this.epoch = epoch;
    this.firstStep = firstStep;
    this.loss = loss;
    this.lr = lr;
    this.metrics = metrics;
  }

  get length(): number {
    return this.loss.length;
  }

  /** One of the steps, counted from the last where the index is negative; undefined where there is none. */
  at(index: number): StepReport | undefined {
    const i = index < 0 ? this.length + index : index;
    const [loss, lr] = [this.loss[i], this.lr[i]];
    if (loss === undefined || lr === undefined) return undefined;
    const metrics = Object.entries(this.metrics).map(([name, values]) => [name, values[i]!] as const);
    const further = metrics.length === 0 ? {} : { metrics: Object.fromEntries(metrics) };
    return { step: this.firstStep + i, epoch: this.epoch, loss, lr, ...further };
  }

  *[Symbol.iterator](): Iterator<StepReport> {
    for (let i = 0; i < this.length; i++) yield this.at(i)!;
  }
}
