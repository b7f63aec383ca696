import { ArgumentError } from '@kindling/core';
import { describeValue } from '@kindling/core/internal';

/** Throws {@link ArgumentError} unless the option is an integer of at least `least`. */
export function assertCount(schedule: string, option: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new ArgumentError(
    `${schedule}: expected ${option} to be an integer of at least ${least}, got ${describeValue(value)}`,
  );
}

/** Throws {@link ArgumentError} unless it has parameter groups. */
export function assertOptimizer(schedule: string, value: unknown): void {
  if (
    typeof value === 'object' &&
    value !== null &&
    'paramGroups' in value &&
    Array.isArray(value.paramGroups)
  )
    return;
  throw new ArgumentError(`${schedule}: expected an optimizer, got ${describeValue(value)}`);
}

/** Throws {@link ArgumentError} unless the option is a list. */
export function assertListed(schedule: string, option: string, value: unknown): void {
  if (Array.isArray(value)) return;
  throw new ArgumentError(`${schedule}: expected ${option} to be a list, got ${describeValue(value)}`);
}

/** Throws {@link ArgumentError} unless the option is in [0, 1]. */
export function assertFraction(schedule: string, option: string, value: number): void {
  if (typeof value === 'number' && value >= 0 && value <= 1) return;
  throw new ArgumentError(`${schedule}: expected ${option} in [0, 1], got ${describeValue(value)}`);
}

/** Throws {@link ArgumentError} unless the option is above 0. */
export function assertPositive(schedule: string, option: string, value: number): void {
  if (typeof value === 'number' && value > 0) return;
  throw new ArgumentError(`${schedule}: expected ${option} above 0, got ${describeValue(value)}`);
}

/** Throws {@link ArgumentError} unless the option is one of the names. */
export function assertOneOf(schedule: string, option: string, value: string, names: readonly string[]): void {
  if (names.includes(value)) return;
  throw new ArgumentError(
    `${schedule}: expected ${option} to be ${names.join(' or ')}, got ${describeValue(value)}`,
  );
}
