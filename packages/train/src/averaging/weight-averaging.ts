import { assertWhole, checkOptions } from '@kindling/core/internal';
import type { Callback, EpochReport, FitStatus } from '../trainer/callback.ts';
import type { TrainSteps } from '../trainer/train-steps.ts';
import type { Trainer } from '../trainer/trainer.ts';
import { AveragedWeights, type AveragedWeightsOptions } from './averaged-weights.ts';

export interface WeightAveragingOptions extends AveragedWeightsOptions {
  /** Average after every so many steps. Default: after each epoch. */
  readonly everySteps?: number | undefined;
  /** The first epoch, counted from 0, whose weights are averaged. Default 0. */
  readonly firstEpoch?: number | undefined;
}

/**
 * Averages the weights in the course of a `fit`: with `decay` as an exponential moving average (EMA), else all alike (SWA). When
 * training has completed, the model has the average.
 *
 * ```ts
 * await trainer.fit(batches, { epochs: 10, callbacks: [new WeightAveraging({ decay: 0.999, everySteps: 1 })] });
 * ```
 */
export class WeightAveraging implements Callback {
  readonly name = 'weightAveraging';
  readonly interval?: number;
  readonly #options: WeightAveragingOptions;
  #average: AveragedWeights | undefined;
  #saved: unknown;

  constructor(options: WeightAveragingOptions = {}) {
    const { everySteps, firstEpoch = 0 } = checkOptions('WeightAveraging', options, {
      decay: true,
      everySteps: true,
      firstEpoch: true,
    });
    if (everySteps !== undefined) {
      assertWhole('WeightAveraging', 'everySteps', everySteps, 1);
      this.interval = everySteps;
    }
    assertWhole('WeightAveraging', 'firstEpoch', firstEpoch, 0);
    this.#options = options;
  }

  onTrainStart({ model }: Trainer): void {
    this.#average = new AveragedWeights(model, { decay: this.#options.decay });
    if (this.#saved !== undefined) this.#average.loadStateDict(this.#saved);
    this.#saved = undefined;
  }

  onTrainBatchEnd({ epoch, firstStep, length }: TrainSteps): void {
    const { everySteps, firstEpoch = 0 } = this.#options;
    const isDue = everySteps !== undefined && (firstStep + length) % everySteps === 0;
    if (isDue && epoch >= firstEpoch) this.#average?.update();
  }

  onTrainEpochEnd({ epoch }: EpochReport): void {
    const { everySteps, firstEpoch = 0 } = this.#options;
    if (everySteps === undefined && epoch >= firstEpoch) this.#average?.update();
  }

  onTrainEnd(status: FitStatus, { model }: Trainer): void {
    if (status === 'completed' && this.#average !== undefined && this.#average.count > 0) {
      this.#average.copyTo(model);
    }
  }

  stateDict(): unknown {
    return this.#average?.stateDict() ?? null;
  }

  /** Takes effect when training begins. */
  loadStateDict(state: unknown): void {
    this.#saved = state;
  }
}
