import { cat, scope, type Tensor } from '@kindling/core';
import type { TakenSteps } from './step-runner.ts';
import type { StepColumns } from './train-steps.ts';

/** How many losses wait at most to be read together: reading makes some devices wait. */
const CAPACITY = 32;

/** Steps that were taken and not yet reported, whose losses have not been read. */
export class PendingSteps {
  #losses: Tensor[] = [];
  #rates: Float64Array[] = [];
  #length = 0;

  get isFull(): boolean {
    return this.#length >= CAPACITY;
  }

  push({ losses, rates }: TakenSteps): void {
    this.#losses.push(losses);
    this.#rates.push(rates);
    this.#length += rates.length;
  }

  /**
   * Losses and metrics, which are read now, and learning rates of the steps; nothing is pending then.
   *
   * @param names of the metrics of a step.
   */
  take(names: readonly string[] = []): StepColumns {
    const losses = this.#losses;
    const lr = joined(this.#rates, this.#length);
    this.#losses = [];
    this.#rates = [];
    this.#length = 0;
    if (losses.length === 0) return { loss: new Float64Array(0), lr, metrics: {} };
    const values = scope(() => cat(losses.map((loss) => loss.reshape([-1]))).data());
    for (const loss of losses) loss.dispose();
    const width = values.length / lr.length;
    const column = (j: number): Float64Array => {
      const taken = new Float64Array(lr.length);
      for (let i = 0; i < taken.length; i++) taken[i] = values[i * width + j]!;
      return taken;
    };
    const metrics = Object.fromEntries(names.map((name, j) => [name, column(j + 1)]));
    return { loss: column(0), lr, metrics };
  }
}

function joined(parts: readonly Float64Array[], length: number): Float64Array {
  const whole = new Float64Array(length);
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}
