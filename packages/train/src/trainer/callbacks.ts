import type { nn } from '@kindling/core';
import type { Callback, EpochReport, FitStatus } from './callback.ts';
import type { ProgressReports } from './progress-reports.ts';
import type { Trainer } from './trainer.ts';

/** The callbacks of one `fit`, whose hooks run one after the other, in the order in which they were given. */
export class Callbacks {
  readonly #callbacks: readonly Callback[];
  readonly #trainer: Trainer;

  constructor(callbacks: readonly Callback[], trainer: Trainer) {
    this.#callbacks = callbacks;
    this.#trainer = trainer;
  }

  async start(): Promise<void> {
    for (const callback of this.#callbacks) await callback.onTrainStart?.(this.#trainer);
  }

  /** Reports all the steps, and the epochs between them, to each callback before the next one. */
  async progress(reports: ProgressReports): Promise<void> {
    const { length } = reports;
    for (const callback of this.#callbacks) {
      if ((callback.onTrainBatchEnd ?? callback.onTrainEpochEnd) === undefined) continue;
      for (let i = 0; i < length; i++) {
        // What gives no promise is not awaited: there may be thousands of epochs.
        const afterSteps = callback.onTrainBatchEnd?.(reports.steps(i), this.#trainer);
        if (afterSteps !== undefined) await afterSteps;
        if (callback.onTrainEpochEnd === undefined) continue;
        const passed = reports.passed(i);
        const afterEpoch = passed && callback.onTrainEpochEnd(passed, this.#trainer);
        if (afterEpoch !== undefined) await afterEpoch;
      }
    }
  }

  async batchesEnd(epoch: number): Promise<void> {
    for (const callback of this.#callbacks) await callback.onTrainBatchesEnd?.(epoch, this.#trainer);
  }

  /** Those of the first callback that has some. */
  evaluationWeights(): nn.StateDict | undefined {
    for (const callback of this.#callbacks) {
      const weights = callback.evaluationWeights?.();
      if (weights !== undefined) return weights;
    }
    return undefined;
  }

  async epoch(report: EpochReport): Promise<void> {
    for (const callback of this.#callbacks) await callback.onTrainEpochEnd?.(report, this.#trainer);
  }

  async finish(status: FitStatus): Promise<void> {
    for (const callback of this.#callbacks) await callback.onTrainEnd?.(status, this.#trainer);
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
