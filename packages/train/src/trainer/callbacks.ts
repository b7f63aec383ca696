import type { Callback, EpochReport, FitStatus } from './callback.ts';
import type { ProgressReport } from './progress.ts';
import type { Trainer } from './trainer.ts';

/** The callbacks of one `fit`, which are told one after the other, in the order in which they were given. */
export class Callbacks {
  readonly #callbacks: readonly Callback[];
  readonly #trainer: Trainer;

  constructor(callbacks: readonly Callback[], trainer: Trainer) {
    this.#callbacks = callbacks;
    this.#trainer = trainer;
  }

  async start(): Promise<void> {
    for (const callback of this.#callbacks) await callback.onStart?.(this.#trainer);
  }

  /** Tells each callback of all the steps, and of the epochs between them, before the next callback. */
  async progress(reports: readonly ProgressReport[]): Promise<void> {
    for (const callback of this.#callbacks) {
      for (const { steps, passed } of reports) {
        // What gives no promise is not waited for: there may be thousands of epochs.
        const afterSteps = callback.onSteps?.(steps, this.#trainer);
        if (afterSteps !== undefined) await afterSteps;
        const afterEpoch = passed && callback.onEpoch?.(passed, this.#trainer);
        if (afterEpoch !== undefined) await afterEpoch;
      }
    }
  }

  async epoch(report: EpochReport): Promise<void> {
    for (const callback of this.#callbacks) await callback.onEpoch?.(report, this.#trainer);
  }

  async finish(status: FitStatus): Promise<void> {
    for (const callback of this.#callbacks) await callback.onFinish?.(status, this.#trainer);
  }

  /** The state of each by its name; null for one that has none. */
  stateDict(): Record<string, unknown> {
    return Object.fromEntries(
      this.#callbacks.map((callback) => [callback.name, callback.stateDict?.() ?? null]),
    );
  }

  loadStateDict(states: Readonly<Record<string, unknown>>): void {
    for (const callback of this.#callbacks) {
      const state = states[callback.name];
      if (state !== null && state !== undefined) callback.loadStateDict?.(state);
    }
  }
}
