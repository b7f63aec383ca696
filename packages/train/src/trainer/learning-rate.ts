import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { ScheduleUnit } from '../schedules/schedule-descriptors.ts';

/** The learning rate of a training: that of the optimizer's first group, which a schedule changes at its time. */
export class LearningRate {
  readonly #optimizer: Optimizer;
  readonly #schedule: Schedule | undefined;
  readonly #unit: ScheduleUnit;

  constructor(optimizer: Optimizer, schedule: Schedule | undefined, unit: ScheduleUnit = 'epoch') {
    this.#optimizer = optimizer;
    this.#schedule = schedule;
    this.#unit = unit;
  }

  get value(): number {
    return this.#optimizer.paramGroups[0].lr;
  }

  /** Whether it stays as it is, because no schedule changes it. */
  get isFixed(): boolean {
    return this.#schedule === undefined;
  }

  /** Steps the schedule, if that is its unit. */
  step(unit: ScheduleUnit, metric?: number): void {
    if (unit === this.#unit) this.#schedule?.step(metric);
  }
}
