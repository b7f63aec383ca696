import { ArgumentError } from '@kindling/core';
import { checkOptions } from '@kindling/core/internal';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { CountedSchedule } from './counted-schedule.ts';
import { assertCount, assertListed } from './range.ts';
import type { Schedule, ScheduleState } from './schedule.ts';
import { savedNumber } from './state.ts';

export interface SequentialLROptions {
  readonly schedules: readonly CountedSchedule[];
  /** At which steps the second schedule and those after it begin, ascending; one less than there are schedules. */
  readonly milestones: readonly number[];
}

/**
 * One schedule after another; each begins with the rates that the optimizer had before any of them.
 *
 * ```ts
 * const schedule = new SequentialLR(optimizer, {
 *   schedules: [new LinearLR(optimizer, { totalIters: 5 }), new CosineAnnealingLR(optimizer, { tMax: 95 })],
 *   milestones: [5],
 * });
 * ```
 *
 * Throws `ArgumentError` for schedules of another optimizer, and milestones that do not fit.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.lr_scheduler.SequentialLR.html
 */
export class SequentialLR implements Schedule {
  readonly name = 'SequentialLR';
  readonly optimizer: Optimizer;
  readonly ignoresMetric = true;
  readonly #schedules: readonly CountedSchedule[];
  readonly #milestones: readonly number[];
  #count = 0;

  constructor(optimizer: Optimizer, options: SequentialLROptions) {
    const { schedules, milestones } = checkOptions('SequentialLR', options, {
      schedules: true,
      milestones: true,
    });
    assertListed(this.name, 'schedules', schedules);
    assertListed(this.name, 'milestones', milestones);
    const foreign = schedules.findIndex((schedule) => schedule?.optimizer !== optimizer);
    if (foreign >= 0) {
      throw new ArgumentError(`${this.name}: expected schedules of one optimizer, got another at ${foreign}`);
    }
    if (schedules.length === 0 || milestones.length !== schedules.length - 1) {
      throw new ArgumentError(
        `${this.name}: expected one milestone less than schedules, got ${milestones.length} and ${schedules.length}`,
      );
    }
    for (const milestone of milestones) assertCount(this.name, 'a milestone', milestone);
    if (milestones.some((milestone, i) => milestone <= (milestones[i - 1] ?? 0))) {
      throw new ArgumentError(`${this.name}: expected ascending milestones, got [${milestones.join(', ')}]`);
    }
    this.optimizer = optimizer;
    this.#schedules = schedules;
    this.#milestones = milestones;
    schedules[0]!.restart();
  }

  get lastLr(): readonly number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  step(): void {
    this.#count++;
    const schedule = this.#schedules[this.#current()]!;
    if (this.#milestones.includes(this.#count)) schedule.restart();
    else schedule.step();
  }

  stateDict(): ScheduleState {
    return { count: this.#count, schedules: this.#schedules.map((schedule) => schedule.stateDict()) };
  }

  loadStateDict(state: ScheduleState): void {
    const count = savedNumber(this.name, state, 'count');
    const saved = state.schedules;
    if (!Array.isArray(saved) || saved.length !== this.#schedules.length) {
      throw new ArgumentError(
        `${this.name}: expected a saved state with ${this.#schedules.length} schedules, got ${saved}`,
      );
    }
    this.#count = count;
    // All of them set the same rates, so the one whose turn it is comes last.
    const current = this.#current();
    const order = [...this.#schedules.keys()].filter((i) => i !== current);
    for (const i of [...order, current]) this.#schedules[i]!.loadStateDict(saved[i]);
  }

  /** Which schedule the count falls to. */
  #current(): number {
    return this.#milestones.filter((milestone) => milestone <= this.#count).length;
  }
}
