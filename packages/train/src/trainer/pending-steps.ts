import { cat, scope, type Tensor } from '@kindling/core';
import type { TakenSteps } from './step-runner.ts';
import type { StepColumns } from './train-steps.ts';

/** How many losses wait at most to be read together: reading makes some devices wait. */
const CAPACITY = 32;

/** Steps that were taken and not yet reported, whose losses have not been read. */
export class PendingSteps {
  #losses: Tensor[] = [];
  #rates: number[] = [];

  get isFull(): boolean {
    return this.#rates.length >= CAPACITY;
  }

  push({ losses, rates }: TakenSteps): void {
    this.#losses.push(losses);
    for (const rate of rates) this.#rates.push(rate);
  }

  /**
   * Losses and metrics, which are read now, and learning rates of the steps; nothing is pending then.
   *
   * @param names of the metrics of a step.
   */
  take(names: readonly string[] = []): StepColumns {
    const losses = this.#losses;
    const lr = Float64Array.from(this.#rates);
    this.#losses = [];
    this.#rates = [];
    if (losses.length === 0) return { loss: new Float64Array(0), lr, metrics: {} };
    const values = scope(() => cat(losses.map((loss) => loss.reshape([-1]))).data());
    for (const loss of losses) loss.dispose();
    const width = values.length / lr.length;
    const column = (j: number) => Float64Array.from(lr, (_, i) => values[i * width + j]!);
    const metrics = Object.fromEntries(names.map((name, j) => [name, column(j + 1)]));
    return { loss: column(0), lr, metrics };
  }
}
