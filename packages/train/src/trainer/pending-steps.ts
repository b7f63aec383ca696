import { cat, scope, type Tensor } from '@kindling/core';
import type { StepReport } from './callback.ts';

/** A step whose loss has not been read yet. */
export type PendingStep = Omit<StepReport, 'loss'>;

/** How many losses wait at most to be read together: reading makes some devices wait. */
const CAPACITY = 32;

/** Steps that were taken and not yet reported. */
export class StepQueue {
  #steps: PendingStep[] = [];
  #losses: Tensor[] = [];

  get isFull(): boolean {
    return this.#steps.length >= CAPACITY;
  }

  push(step: PendingStep): void {
    this.#steps.push(step);
  }

  /** @param losses Those of the steps that were pushed since the last ones: a scalar or [n]. */
  pushLosses(losses: Tensor): void {
    this.#losses.push(losses);
  }

  /** The steps with their losses, which are read now; the queue is empty then. */
  take(): StepReport[] {
    const steps = this.#steps;
    const losses = this.#losses;
    this.#steps = [];
    this.#losses = [];
    if (steps.length === 0) return [];
    const values = scope(() => cat(losses.map((loss) => loss.reshape([-1]))).data());
    for (const loss of losses) loss.dispose();
    return steps.map(({ step, epoch, lr }, i) => ({ step, epoch, loss: values[i]!, lr }));
  }
}
