import type { Tensor } from '@kindling/core';
import { type Batches, takeFrom } from './batches.ts';
import type { Room } from './pace.ts';
import type { Steps, StepWatch } from './steps.ts';
import type { Update } from './update.ts';

/** Steps by batches that are made one by one. */
export class BatchSteps implements Steps {
  readonly #batches: Batches;
  readonly #update: Update;
  /** Takes a step of the epoch that runs; undefined between epochs. */
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
