import { scope, stack, type Tensor } from '@kindling/core';
import type { StepReport } from './callback.ts';

/** A step whose loss has not been read yet. */
export type PendingStep = Omit<StepReport, 'loss'> & { readonly loss: Tensor };

/** How many losses wait to be read together where a reading makes the device wait. */
const CAPACITY = 32;

/** Steps that were taken and not yet told of. */
export class StepQueue {
  readonly #capacity: number;
  #steps: PendingStep[] = [];

  constructor(device: string) {
    this.#capacity = device === 'cpu' ? 1 : CAPACITY;
  }

  get isFull(): boolean {
    return this.#steps.length >= this.#capacity;
  }

  push(step: PendingStep): void {
    this.#steps.push(step);
  }

  /** The steps with their losses, which are read now; the queue is empty then. */
  take(): StepReport[] {
    const steps = this.#steps;
    this.#steps = [];
    if (steps.length === 0) return [];
    const losses = scope(() => stack(steps.map(({ loss }) => loss)).data());
    for (const { loss } of steps) loss.dispose();
    return steps.map((step, i) => ({ ...step, loss: losses[i]! }));
  }
}
