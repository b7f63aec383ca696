import { ArgumentError } from '@kindling/core';
import type { ScheduleState } from './schedule.ts';

/** A number of a saved state. Throws {@link ArgumentError} where there is none. */
export function savedNumber(schedule: string, state: ScheduleState, name: string): number {
  const value = state[name];
  if (typeof value === 'number') return value;
  throw new ArgumentError(`${schedule}: expected a saved state with the number ${name}, got ${value}`);
}

/** As many numbers of a saved state as there are groups. Throws {@link ArgumentError} where they are not there. */
export function savedNumbers(schedule: string, state: ScheduleState, name: string, count: number): number[] {
  const value = state[name];
  if (Array.isArray(value) && value.length === count && value.every((item) => typeof item === 'number')) {
    return [...value];
  }
  throw new ArgumentError(`${schedule}: expected a saved state with ${count} numbers ${name}, got ${value}`);
}
