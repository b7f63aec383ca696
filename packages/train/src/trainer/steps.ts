import type { Tensor } from '@kindling/core';
import { type Batches, takeFrom } from './batches.ts';
import type { Room } from './pace.ts';

/** One update by a batch; gives the batch's loss, a scalar. */
export type Update = (input: Tensor, target: Tensor) => Tensor;

/** What is told, on the host, of steps while they are taken or prepared, each in its turn. */
export interface StepWatch {
  onStep(): void;
  /** The epoch is through, and the next one begins with the step that follows. */
  onEpochEnd(): void;
}

/** What takes the steps of training. */
export interface Steps {
  /**
   * Takes one step or more, as far as there is room.
   *
   * @returns their losses, a scalar or [n]; undefined where the epoch has no batches left. The next call begins another epoch.
   */
  take(room: Room, watch: StepWatch): Tensor | undefined | Promise<Tensor | undefined>;
}

/** Steps by batches that are made one by one. */
export class BatchSteps implements Steps {
  readonly #batches: Batches;
  readonly #update: Update;
  #next: (() => Tensor | undefined | Promise<Tensor | undefined>) | undefined;

  constructor(batches: Batches, update: Update) {
    this.#batches = batches;
    this.#update = update;
  }

  take(_room: Room, { onStep }: StepWatch): Tensor | undefined | Promise<Tensor | undefined> {
    this.#next ??= takeFrom(this.#batches, this.#update);
    const taken = (loss: Tensor | undefined): Tensor | undefined => {
      if (loss === undefined) this.#next = undefined;
      else onStep();
      return loss;
    };
    const loss = this.#next();
    return loss instanceof Promise ? loss.then(taken) : taken(loss);
  }
}
