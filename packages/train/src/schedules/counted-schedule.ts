import type { Optimizer, ParamGroup } from '../optimizers/optimizer.ts';
import type { OptimizerOptions } from '../optimizers/update-rule.ts';
import { assertOptimizer } from './range.ts';
import type { Schedule, ScheduleState } from './schedule.ts';
import { savedNumber, savedNumbers } from './state.ts';

/** A parameter group, with the options that some schedules change besides the rate. */
export type ScheduledGroup = ParamGroup<OptimizerOptions> & {
  momentum?: number;
  betas?: readonly [number, number];
};

/**
 * Takes a group from one count to the next: changes `group.lr`. Counts run from 0, which is when the schedule is made. `baseLr` is
 * the group's rate before any schedule.
 */
export type RateRule = (group: ScheduledGroup, count: number, baseLr: number, index: number) => void;

/**
 * A schedule that depends on nothing but how often it was stepped. Rules work on the rate that is there, so that several
 * schedules of one optimizer multiply, as in PyTorch.
 */
export abstract class CountedSchedule implements Schedule {
  readonly name: string;
  readonly optimizer: Optimizer;
  readonly ignoresMetric = true;
  readonly #rule: RateRule;
  #baseLrs: readonly number[];
  #count = 0;

  constructor(name: string, optimizer: Optimizer, rule: RateRule) {
    assertOptimizer(name, optimizer);
    this.name = name;
    this.optimizer = optimizer;
    this.#rule = rule;
    for (const group of optimizer.paramGroups) group.initialLr ??= group.lr;
    this.#baseLrs = optimizer.paramGroups.map(({ initialLr }) => initialLr!);
    this.#apply();
  }

  /** How often the schedule was stepped. */
  get count(): number {
    return this.#count;
  }

  get lastLr(): readonly number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  step(): void {
    this.#count++;
    this.#apply();
  }

  /** Begins anew, from the rates before any schedule. */
  restart(): void {
    this.optimizer.paramGroups.forEach((group, i) => {
      group.lr = this.#baseLrs[i]!;
    });
    this.#count = 0;
    this.#apply();
  }

  stateDict(): ScheduleState {
    return { count: this.#count, baseLrs: this.#baseLrs, lastLr: this.lastLr };
  }

  loadStateDict(state: ScheduleState): void {
    const groups = this.optimizer.paramGroups;
    const count = savedNumber(this.name, state, 'count');
    const baseLrs = savedNumbers(this.name, state, 'baseLrs', groups.length);
    const rates = savedNumbers(this.name, state, 'lastLr', groups.length);
    this.#count = count;
    this.#baseLrs = baseLrs;
    groups.forEach((group, i) => {
      group.lr = rates[i]!;
    });
  }

  #apply(): void {
    this.optimizer.paramGroups.forEach((group, i) => {
      this.#rule(group, this.#count, this.#baseLrs[i]!, i);
    });
  }
}
