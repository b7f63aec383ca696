import { type Compiled, compile, dynamicTensor, onReplay, scope, type Tensor } from '@kindling/core';
import type { RowBatches } from '@kindling/data';
import type { Room } from './pace.ts';
import type { Steps, StepWatch } from './steps.ts';
import type { Update } from './update.ts';

/** How long one call may keep the thread to itself, in milliseconds: signals and timers wait for it. */
const LONGEST_TAKE = 25;

/**
 * Steps by batches that are rows of tensors on the device. A step gathers its rows itself, and is recorded with that; then many are
 * taken in one call of the engine (`repeat` of a compiled function). For each, the host only computes indices, learning rates and
 * random draws, in the order in which single steps would ask for them.
 */
export class ResidentSteps implements Steps {
  readonly #rows: RowBatches;
  /** Takes the number of rows in the batch, or all of them in their order. */
  readonly #step: Compiled<[rows: number | 'all'], Tensor>;
  /** Gives the indices of the epoch's next batch; undefined between epochs. */
  #next: ReturnType<RowBatches['begin']> | undefined;
  /** Batches of the epoch that were taken. */
  #taken = 0;
  /** Steps that one call takes, if there is room: as many as keep it within {@link LONGEST_TAKE}. */
  #ahead = 1;

  constructor(rows: RowBatches, update: Update) {
    this.#rows = rows;
    const { tensors } = rows;
    const { device } = tensors[0]!;
    this.#step = compile(
      (count) => {
        if (count === 'all') {
          onReplay(() => void this.#nextRows());
          return update(tensors[0]!, tensors[1]!);
        }
        const index = dynamicTensor([count], () => this.#nextRows()!, { dtype: 'int32', device });
        return update(tensors[0]!.indexSelect(0, index), tensors[1]!.indexSelect(0, index));
      },
      { strict: false, device },
    );
  }

  /** Begins an epoch. @param taken Its batches that were taken before, where it is one of a loaded state. */
  begin(taken: number): void {
    this.#next = undefined;
    this.#taken = taken;
  }

  take(room: Room, { onStep, onEpochEnd }: StepWatch): Tensor | undefined {
    const { tensors, length, isInOrder, sizeOf } = this.#rows;
    if (this.#taken >= length) {
      this.#endEpoch();
      return undefined;
    }
    const size = sizeOf(this.#taken);
    const isWhole = isInOrder && size === tensors[0]!.shape[0];
    const inEpochs = room.epochs * length - this.#taken;
    const count = Math.min(room.steps, inEpochs, this.#alike(size), this.#ahead);
    const began = performance.now();
    const losses = scope(() =>
      this.#step.runMany(count, [isWhole ? 'all' : size], (i) => {
        this.#taken++;
        onStep();
        if (this.#taken < length || i === count - 1) return;
        this.#endEpoch();
        onEpochEnd();
      }),
    );
    this.#adapt(count, performance.now() - began);
    return losses;
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
    if (milliseconds > LONGEST_TAKE) {
      this.#ahead = Math.max(1, Math.floor((count * LONGEST_TAKE) / milliseconds));
    } else if (count === this.#ahead && milliseconds < LONGEST_TAKE / 2) {
      this.#ahead = 2 * this.#ahead;
    }
  }
}
