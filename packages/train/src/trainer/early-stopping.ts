import { ArgumentError } from '@kindling/core';
import { checkOptions } from '@kindling/core/internal';
import * as z from 'zod';
import type { Callback, EpochReport } from './callback.ts';
import { isBetter, monitored } from './monitor.ts';
import type { Trainer } from './trainer.ts';

export interface EarlyStoppingOptions {
  /** What to watch: `validation.loss`, `train.accuracy`. Default `validation.loss`. */
  readonly monitor?: string;
  /** After how many evaluations in a row without an improvement to stop. Default 5. */
  readonly patience?: number;
  /** The least change that is an improvement. Default 0. */
  readonly minDelta?: number;
}

/** The state of an {@link EarlyStopping}. */
export const earlyStoppingStateSchema = z.object({ best: z.number().nullable(), waited: z.int().min(0) });

/**
 * Stops training when what it watches has not become better for `patience` evaluations in a row. Losses and errors are better
 * when smaller, everything else when larger.
 */
export class EarlyStopping implements Callback {
  readonly name = 'earlyStopping';
  readonly #monitor: string;
  readonly #patience: number;
  readonly #minDelta: number;
  #best: number | undefined;
  #waited = 0;

  constructor(options: EarlyStoppingOptions = {}) {
    const {
      monitor = 'validation.loss',
      patience = 5,
      minDelta = 0,
    } = checkOptions('EarlyStopping', options, { monitor: true, patience: true, minDelta: true });
    this.#monitor = monitor;
    this.#patience = patience;
    this.#minDelta = minDelta;
  }

  /** A training that was stopped stays so when it is resumed. */
  onTrainStart(trainer: Trainer): void {
    if (this.#waited >= this.#patience) trainer.stop(this.#reason);
  }

  /** @throws ArgumentError when nothing of that name was measured. */
  onTrainEpochEnd(epoch: EpochReport, trainer: Trainer): void {
    if (!epoch.evaluated) return;
    const value = monitored(epoch, this.#monitor);
    if (value === undefined) {
      throw new ArgumentError(`EarlyStopping: expected ${this.#monitor} to be measured, got none`);
    }
    if (isBetter(this.#monitor, value, this.#best, this.#minDelta)) {
      this.#best = value;
      this.#waited = 0;
    } else if (++this.#waited >= this.#patience) {
      trainer.stop(this.#reason);
    }
  }

  get #reason(): string {
    const evaluations = this.#patience === 1 ? 'the last evaluation' : `${this.#waited} evaluations in a row`;
    const best =
      this.#best === undefined ? 'a finite number' : `better than ${Number(this.#best.toPrecision(6))}`;
    return `early stopping: ${this.#monitor} was not ${best} in ${evaluations}`;
  }

  stateDict() {
    return { best: this.#best ?? null, waited: this.#waited };
  }

  loadStateDict(state: unknown): void {
    const { best, waited } = earlyStoppingStateSchema.parse(state);
    this.#best = best ?? undefined;
    this.#waited = waited;
  }
}
