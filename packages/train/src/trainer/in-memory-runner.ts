import { type Compiled, compile, dynamicTensor, onReplay, scope, type Tensor } from '@kindling/core';
import type { RowBatches } from '@kindling/data';
import type { DataParallel } from './data-parallel.ts';
import type { LearningRate } from './learning-rate.ts';
import type { StepBudget } from './reporting-interval.ts';
import type { StepRunner, TakenSteps } from './step-runner.ts';
import type { AccumulatedStep } from './training-step.ts';

/** How long one call may keep the thread to itself, in milliseconds: signals and timers wait for it. */
const MAX_CALL_MS = 25;

/**
 * Steps by batches that are rows of tensors on the device. A step gathers its rows itself, and is recorded with that; then many are
 * taken in one call of the engine (`repeat` of a compiled function). For each, the host only computes indices, learning rates and
 * random draws, in the order in which single steps would ask for them.
 */
export class InMemoryRunner implements StepRunner {
  readonly #rows: RowBatches;
  readonly #rate: LearningRate;
  readonly #accumulated: number;
  /** Takes the number of rows in each batch, or all of them in their order. */
  readonly #step: Compiled<(number | 'all')[], Tensor>;
  /** Gives the indices of the epoch's next batch; undefined between epochs. */
  #next: ReturnType<RowBatches['begin']> | undefined;
  /** Batches of the epoch that were taken. */
  #taken = 0;
  /** Steps of a call that are not begun. */
  #left = 0;
  /** Steps that one call takes, if the budget has as many: as many as keep it within {@link MAX_CALL_MS}. */
  #ahead = 1;

  readonly #dataParallel: DataParallel | undefined;

  /** @param accumulated Number of batches in a step. */
  constructor(
    rows: RowBatches,
    accumulated: number,
    step: AccumulatedStep,
    rate: LearningRate,
    dataParallel?: DataParallel,
  ) {
    this.#dataParallel = dataParallel;
    this.#rows = rows;
    this.#accumulated = accumulated;
    this.#rate = rate;
    const { tensors } = rows;
    const { device } = tensors[0]!;
    const gather = (count: number | 'all'): readonly Tensor[] => {
      if (count === 'all') {
        const { pass } = this.#rows;
        onReplay(() => this.#passAll(1), pass && ((steps) => this.#passAll(steps)));
        return tensors;
      }
      const index = dynamicTensor([count], () => this.#nextRows()!, { dtype: 'int32', device });
      return tensors.map((rows) => rows.indexSelect(0, index));
    };
    this.#step = compile((...counts) => step(...counts.flatMap(gather)), { strict: false, device });
  }

  get stepsPerEpoch(): number {
    return Math.ceil(this.#rows.length / this.#accumulated);
  }

  /** Begins an epoch. @param taken Its steps that were taken before, where it is one of a loaded state. */
  begin(taken: number): void {
    this.#next = undefined;
    this.#taken = Math.min(taken * this.#accumulated, this.#rows.length);
  }

  run(budget: StepBudget): TakenSteps | undefined {
    const { length } = this.#rows;
    if (this.#taken >= length) {
      this.#endEpoch();
      return undefined;
    }
    const counts = this.#countsFrom(this.#taken);
    const inEpochs = budget.epochs * this.stepsPerEpoch - this.#taken / this.#accumulated;
    const count = Math.min(budget.steps, inEpochs, this.#alike(counts), this.#agreedAhead());
    const rates = new Float64Array(count);
    const began = performance.now();
    this.#left = count;
    const losses = scope(() =>
      this.#canPass(counts) && this.#rate.isFixed
        ? this.#passMany(count, counts, rates)
        : this.#step.runMany(count, counts, (i) => {
            this.#taken = Math.min(this.#taken + this.#accumulated, length);
            rates[i] = this.#rate.value;
            this.#rate.step('step');
            if (this.#taken < length || i === count - 1) return;
            if (this.#next !== undefined) this.#endEpoch();
            this.#taken = 0;
            this.#rate.step('epoch');
          }),
    );
    this.#adapt(count, performance.now() - began);
    return { losses, rates };
  }

  /** Whether a step is an epoch that nothing but its draws tells from others. */
  #canPass(counts: readonly (number | 'all')[]): boolean {
    const { length, pass } = this.#rows;
    return counts[0] === 'all' && length === 1 && pass !== undefined;
  }

  /** Takes steps that are epochs, all by the same learning rate. */
  #passMany(count: number, counts: (number | 'all')[], rates: Float64Array): Tensor {
    const losses = this.#step.runMany(count, counts);
    this.#taken = this.#rows.length;
    rates.fill(this.#rate.value);
    return losses;
  }

  /** As many steps as suit the slowest process: each takes as many. */
  #agreedAhead(): number {
    const largest = this.#dataParallel?.largest([-this.#ahead]);
    return largest === undefined ? this.#ahead : -largest[0]!;
  }

  /** Rows in each batch of the step that begins with a batch of the epoch. */
  #countsFrom(batch: number): (number | 'all')[] {
    const { tensors, length, isInOrder, sizeOf } = this.#rows;
    const batches = Math.min(this.#accumulated, length - batch);
    return Array.from({ length: batches }, (_, i) => {
      const size = sizeOf(batch + i);
      return isInOrder && size === tensors[0]!.shape[0] ? 'all' : size;
    });
  }

  /** How many of the next steps have batches of as many rows. Where all have, epoch follows epoch. */
  #alike(counts: readonly (number | 'all')[]): number {
    const last = (this.stepsPerEpoch - 1) * this.#accumulated;
    if (this.#taken >= last) return `${counts}` === `${this.#countsFrom(0)}` ? Number.POSITIVE_INFINITY : 1;
    const isAlways = `${counts}` === `${this.#countsFrom(last)}`;
    return isAlways ? Number.POSITIVE_INFINITY : (last - this.#taken) / this.#accumulated;
  }

  /**
   * Takes the batch of all rows for a number of steps, which need no indices. The epoch that the call ends in stays open, for a state to be
   * taken of it.
   */
  #passAll(steps: number): void {
    const { pass } = this.#rows;
    this.#left -= steps;
    const opened = pass === undefined || this.#left < 1 ? 1 : 0;
    pass?.(steps - opened);
    if (opened > 0) this.#nextRows();
  }

  #nextRows(): Int32Array | undefined {
    this.#next ??= this.#rows.begin();
    return this.#next();
  }

  /** Lets the loader see that nothing is left. */
  #endEpoch(): void {
    this.#nextRows();
    this.#next = undefined;
    this.#taken = 0;
  }

  #adapt(count: number, milliseconds: number): void {
    if (milliseconds > MAX_CALL_MS) {
      this.#ahead = Math.max(1, Math.floor((count * MAX_CALL_MS) / milliseconds));
    } else if (count === this.#ahead && milliseconds < MAX_CALL_MS / 2) {
      this.#ahead = 2 * this.#ahead;
    }
  }
}
