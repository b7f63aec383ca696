import { type Compiled, compile, scope, type Tensor, varyingTensor } from '@kindling/core';
import { eachCall } from '@kindling/core/internal';
import type { RowBatches } from '@kindling/data';
import type { LearningRate } from './learning-rate.ts';
import type { StepBudget } from './reporting-interval.ts';
import type { StepRunner, TakenSteps } from './step-runner.ts';
import type { TrainingStep } from './training-step.ts';

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
  /** Takes the number of rows in the batch, or all of them in their order. */
  readonly #step: Compiled<[rows: number | 'all'], Tensor>;
  /** Gives the indices of the epoch's next batch; undefined between epochs. */
  #next: ReturnType<RowBatches['begin']> | undefined;
  /** Batches of the epoch that were taken. */
  #taken = 0;
  /** Steps that one call takes, if the budget has as many: as many as keep it within {@link MAX_CALL_MS}. */
  #ahead = 1;

  constructor(rows: RowBatches, step: TrainingStep, rate: LearningRate) {
    this.#rows = rows;
    this.#rate = rate;
    const { tensors } = rows;
    const { device } = tensors[0]!;
    this.#step = compile(
      (count) => {
        if (count === 'all') {
          eachCall(() => void this.#nextRows());
          return step(tensors[0]!, tensors[1]!);
        }
        const index = varyingTensor([count], () => this.#nextRows()!, { dtype: 'int32', device });
        return step(tensors[0]!.indexSelect(0, index), tensors[1]!.indexSelect(0, index));
      },
      { strict: false, device },
    );
  }

  get stepsPerEpoch(): number {
    return this.#rows.length;
  }

  /** Begins an epoch. @param taken Its batches that were taken before, where it is one of a loaded state. */
  begin(taken: number): void {
    this.#next = undefined;
    this.#taken = taken;
  }

  run(budget: StepBudget): TakenSteps | undefined {
    const { tensors, length, isInOrder, sizeOf } = this.#rows;
    if (this.#taken >= length) {
      this.#endEpoch();
      return undefined;
    }
    const size = sizeOf(this.#taken);
    const isWhole = isInOrder && size === tensors[0]!.shape[0];
    const inEpochs = budget.epochs * length - this.#taken;
    const count = Math.min(budget.steps, inEpochs, this.#alike(size), this.#ahead);
    const rates: number[] = [];
    const began = performance.now();
    const losses = scope(() =>
      this.#step.repeat(count, [isWhole ? 'all' : size], (i) => {
        this.#taken++;
        rates.push(this.#rate.value);
        this.#rate.step('step');
        if (this.#taken < length || i === count - 1) return;
        this.#endEpoch();
        this.#rate.step('epoch');
      }),
    );
    this.#adapt(count, performance.now() - began);
    return { losses, rates };
  }

  /** How many of the next batches have so many rows. Where all have, epoch follows epoch. */
  #alike(size: number): number {
    const { length, sizeOf } = this.#rows;
    if (sizeOf(0) === sizeOf(length - 1)) return Number.POSITIVE_INFINITY;
    return size === sizeOf(length - 1) ? 1 : length - 1 - this.#taken;
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
