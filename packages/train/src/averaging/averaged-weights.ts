import { ArgumentError, keep, type nn, noGrad, scope, Tensor } from '@kindling/core';
import { checkOptions, describeValue } from '@kindling/core/internal';

export interface AveragedWeightsOptions {
  /**
   * β in [0, 1) of an exponential moving average: average ← β · average + (1 − β) · weight. Default: none, and all weights count
   * alike (SWA): average ← average + (weight − average)/(n + 1).
   */
  readonly decay?: number | undefined;
}

/**
 * The average of a model's parameters over the course of training, by their names. Buffers are taken as they are.
 *
 * ```ts
 * const average = new AveragedWeights(model, { decay: 0.999 });
 * for (const [x, y] of loader) {
 *   step(x, y);
 *   average.update();
 * }
 * average.copyTo(model);
 * ```
 *
 * Throws `ArgumentError` for a decay outside [0, 1).
 *
 * Source: https://docs.pytorch.org/docs/2.15/optim.html#weight-averaging-swa-and-ema, https://arxiv.org/abs/1803.05407
 */
export class AveragedWeights {
  readonly #model: nn.Module;
  readonly #decay: number | undefined;
  readonly #averages = new Map<string, Tensor>();
  #count = 0;

  constructor(model: nn.Module, options: AveragedWeightsOptions = {}) {
    const { decay } = checkOptions('AveragedWeights', options, { decay: true });
    if (decay !== undefined && !(typeof decay === 'number' && decay >= 0 && decay < 1)) {
      throw new ArgumentError(`AveragedWeights: expected a decay in [0, 1), got ${describeValue(decay)}`);
    }
    this.#model = model;
    this.#decay = decay;
  }

  /** How many times the weights were averaged. */
  get count(): number {
    return this.#count;
  }

  /** Takes the model's weights into the average; the first time, they are the average. */
  update(): void {
    const weight = this.#decay === undefined ? 1 / (this.#count + 1) : 1 - this.#decay;
    const parameters = new Set(this.#model.namedParameters().map(([name]) => name));
    scope(() =>
      noGrad(() => {
        for (const [name, value] of Object.entries(this.#model.stateDict())) {
          const average = this.#averages.get(name);
          if (average === undefined) this.#averages.set(name, keep(value.clone()));
          else if (parameters.has(name)) average.add_(value.sub(average).mul_(weight));
          else average.copy_(value);
        }
      }),
    );
    this.#count++;
  }

  /** Writes the average into a model with the same parameters. @throws {ArgumentError} before the first update. */
  copyTo(model: nn.Module): void {
    if (this.#count === 0)
      throw new ArgumentError('AveragedWeights: expected an update before copyTo, got none');
    model.loadStateDict(Object.fromEntries(this.#averages));
  }

  /** The averages by the names of the model's state and in its order, which change with the next update; undefined before the first. */
  get weights(): nn.StateDict | undefined {
    if (this.#count === 0) return undefined;
    return Object.fromEntries(
      Object.keys(this.#model.stateDict()).map((name) => [name, this.#averages.get(name)!]),
    );
  }

  /** The averages by name, which change with the next update, and how many times the weights were averaged. */
  stateDict(): { readonly count: number; readonly averages: Readonly<Record<string, Tensor>> } {
    return { count: this.#count, averages: Object.fromEntries(this.#averages) };
  }

  /** Goes on from a state of {@link stateDict}. @throws {ArgumentError} for another value, and for the state of another model. */
  loadStateDict(state: unknown): void {
    const { count, averages } = (state ?? {}) as Partial<ReturnType<AveragedWeights['stateDict']>>;
    const tensors = Object.entries(averages ?? {});
    const own = this.#model.stateDict();
    const fits = ([name, value]: readonly [string, unknown]): boolean =>
      value instanceof Tensor && Object.hasOwn(own, name) && `${own[name]!.shape}` === `${value.shape}`;
    if (typeof count !== 'number' || !Number.isSafeInteger(count) || !tensors.every(fits)) {
      throw new ArgumentError('AveragedWeights: expected the state of averages of this model, got another');
    }
    for (const average of this.#averages.values()) average.dispose();
    this.#averages.clear();
    for (const [name, value] of tensors) {
      const { dtype, device } = own[name]!;
      const moved = value.to({ dtype, device });
      this.#averages.set(name, keep(moved === value ? value.clone() : moved));
    }
    this.#count = count;
  }
}
