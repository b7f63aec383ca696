import { ArgumentError, keep, type nn, noGrad } from '@kindling/core';
import { assertWhole, checkOptions, describeValue } from '@kindling/core/internal';
import type { Callback, FitStatus } from '../trainer/callback.ts';
import type { TrainSteps } from '../trainer/train-steps.ts';
import type { Trainer } from '../trainer/trainer.ts';
import { AveragedWeights, type AveragedWeightsOptions } from './averaged-weights.ts';
import { type WeightAveragingState, weightAveragingStateSchema } from './weight-averaging-state.ts';

export interface WeightAveragingOptions extends AveragedWeightsOptions {
  /** Average after every so many steps. Default: after each epoch. */
  readonly everySteps?: number | undefined;
  /** The first epoch, counted from 0, whose weights are averaged. Default 0. */
  readonly firstEpoch?: number | undefined;
}

/**
 * Averages the weights in the course of a `fit`: with `decay` as an exponential moving average (EMA), else all alike (SWA). Evaluations
 * and predictions of the trainer use the average; when training has completed, the model has it. Buffers, such as the running
 * statistics of a `BatchNorm1d`, are those of the newest weights.
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
  #saved: WeightAveragingState = null;
  /** The model's own weights, while it has the averages. */
  #current: nn.StateDict | undefined;

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
    const { decay } = this.#options;
    const saved = this.#saved;
    this.#saved = null;
    this.#average = new AveragedWeights(model, { decay });
    this.#forget();
    if (saved === null) return;
    this.#average.loadStateDict({ count: saved.count, averages: saved.averages });
    if (saved.current !== null) model.loadStateDict(saved.current);
  }

  onTrainBatchEnd({ epoch, firstStep, length }: TrainSteps): void {
    const { everySteps, firstEpoch = 0 } = this.#options;
    const isDue = everySteps !== undefined && (firstStep + length) % everySteps === 0;
    if (isDue && epoch >= firstEpoch) this.#average?.update();
  }

  onTrainBatchesEnd(epoch: number): void {
    const { everySteps, firstEpoch = 0 } = this.#options;
    if (everySteps === undefined && epoch >= firstEpoch) this.#average?.update();
  }

  /** The averages, once there are some. */
  evaluationWeights(): nn.StateDict | undefined {
    return this.#current === undefined ? this.#average?.weights : undefined;
  }

  onTrainEnd(status: FitStatus, { model }: Trainer): void {
    if (status !== 'completed' || this.#average === undefined || this.#average.count === 0) return;
    this.#current = Object.fromEntries(
      noGrad(() => Object.entries(model.stateDict()).map(([name, value]) => [name, keep(value.clone())])),
    );
    this.#average.copyTo(model);
  }

  stateDict(): WeightAveragingState {
    if (this.#average === undefined) return null;
    return { ...this.#average.stateDict(), current: this.#current ?? null };
  }

  /** Takes effect when training begins. @throws {ArgumentError} for a value that is no state. */
  loadStateDict(state: unknown): void {
    const parsed = weightAveragingStateSchema.safeParse(state);
    if (!parsed.success) {
      throw new ArgumentError(`WeightAveraging: expected a state, got ${describeValue(state)}`);
    }
    this.#saved = parsed.data;
  }

  #forget(): void {
    for (const tensor of Object.values(this.#current ?? {})) tensor.dispose();
    this.#current = undefined;
  }
}
