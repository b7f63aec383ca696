import { ArgumentError } from '@kindling/core';
import { checkOptions, describeValue } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { assertNotNegative } from '../optimizers/range.ts';
import { perGroup } from './per-group.ts';
import { assertCount, assertOneOf } from './range.ts';
import type { Schedule, ScheduleState } from './schedule.ts';
import { savedNumber, savedNumbers } from './state.ts';

export interface ReduceLROnPlateauOptions {
  /** Whether the metric should fall or rise. Default `'min'`. */
  readonly mode?: 'min' | 'max';
  /** What the rate is multiplied by, in [0, 1). Default 0.1. */
  readonly factor?: number;
  /** Steps without improvement that are let pass. Default 10. */
  readonly patience?: number;
  /** How much better than the best counts as better. Default 1e-4. */
  readonly threshold?: number;
  /** The threshold as a part of the best (`'rel'`), or as it is (`'abs'`). Default `'rel'`. */
  readonly thresholdMode?: 'rel' | 'abs';
  /** Steps after a reduction in which nothing is counted. Default 0. */
  readonly cooldown?: number;
  /** The lowest rate, for all groups or for each. Default 0. */
  readonly minLr?: number | readonly number[];
  /** A change smaller than this is not made. Default 1e-8. */
  readonly eps?: number;
}

/**
 * lr ← factor · lr when a metric has not improved for more than `patience` steps.
 *
 * Better than the best b is a metric below b(1 − threshold) or b − threshold, or above b(1 + threshold) or b + threshold. NaN
 * is never better.
 *
 * Throws `ArgumentError` for options out of range, and for a step without a metric.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
 */
export class ReduceLROnPlateau implements Schedule {
  readonly name = 'ReduceLROnPlateau';
  readonly optimizer: Optimizer;
  readonly #options: Required<Omit<ReduceLROnPlateauOptions, 'minLr'>>;
  readonly #minLrs: readonly number[];
  #best: number | undefined;
  #badSteps = 0;
  #cooldown = 0;

  constructor(optimizer: Optimizer, options: ReduceLROnPlateauOptions = {}) {
    const {
      mode = 'min',
      factor = 0.1,
      patience = 10,
      threshold = 1e-4,
      thresholdMode = 'rel',
      cooldown = 0,
      minLr = 0,
      eps = 1e-8,
    } = checkOptions('ReduceLROnPlateau', options, {
      mode: true,
      factor: true,
      patience: true,
      threshold: true,
      thresholdMode: true,
      cooldown: true,
      minLr: true,
      eps: true,
    });
    if (!(typeof factor === 'number' && factor >= 0 && factor < 1)) {
      throw new ArgumentError(`${this.name}: expected factor in [0, 1), got ${describeValue(factor)}`);
    }
    assertOneOf(this.name, 'mode', mode, ['min', 'max']);
    assertOneOf(this.name, 'thresholdMode', thresholdMode, ['rel', 'abs']);
    assertCount(this.name, 'patience', patience, 0);
    assertCount(this.name, 'cooldown', cooldown, 0);
    assertNotNegative(this.name, { threshold, eps });
    this.optimizer = optimizer;
    this.#options = { mode, factor, patience, threshold, thresholdMode, cooldown, eps };
    this.#minLrs = perGroup(this.name, 'minLr', minLr, optimizer);
  }

  get lastLr(): readonly number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  step(metric?: number): void {
    if (typeof metric !== 'number') {
      throw new ArgumentError(`${this.name}: expected the metric it watches, got ${describeValue(metric)}`);
    }
    if (this.#isBetter(metric)) {
      this.#best = metric;
      this.#badSteps = 0;
    } else {
      this.#badSteps++;
    }
    if (this.#cooldown > 0) {
      this.#cooldown--;
      this.#badSteps = 0;
    }
    if (this.#badSteps > this.#options.patience) {
      this.#reduce();
      this.#cooldown = this.#options.cooldown;
      this.#badSteps = 0;
    }
  }

  stateDict(): ScheduleState {
    return {
      best: this.#best ?? null,
      badSteps: this.#badSteps,
      cooldown: this.#cooldown,
      lastLr: this.lastLr,
    };
  }

  loadStateDict(state: ScheduleState): void {
    const groups = this.optimizer.paramGroups;
    const rates = savedNumbers(this.name, state, 'lastLr', groups.length);
    const badSteps = savedNumber(this.name, state, 'badSteps');
    const cooldown = savedNumber(this.name, state, 'cooldown');
    this.#best = state.best === null ? undefined : savedNumber(this.name, state, 'best');
    this.#badSteps = badSteps;
    this.#cooldown = cooldown;
    groups.forEach((group, i) => {
      group.lr = rates[i]!;
    });
  }

  #isBetter(metric: number): boolean {
    const { mode, threshold, thresholdMode } = this.#options;
    const sign = mode === 'min' ? -1 : 1;
    const best = this.#best ?? -sign * Number.POSITIVE_INFINITY;
    const bar = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
    return mode === 'min' ? metric < bar : metric > bar;
  }

  #reduce(): void {
    const { factor, eps } = this.#options;
    this.optimizer.paramGroups.forEach((group, i) => {
      const reduced = Math.max(group.lr * factor, this.#minLrs[i]!);
      if (group.lr - reduced > eps) group.lr = reduced;
    });
  }
}
