import { ArgumentError } from '@kindling/core';
import { assertOptimizer } from './range.ts';

/** A value for each parameter group: one for all, or as many as there are groups. Throws {@link ArgumentError} for another number. */
export function perGroup<T>(
  schedule: string,
  option: string,
  value: T | readonly T[],
  optimizer: { readonly paramGroups: readonly unknown[] },
): readonly T[] {
  assertOptimizer(schedule, optimizer);
  const groups = optimizer.paramGroups;
  if (!Array.isArray(value)) return groups.map(() => value as T);
  if (value.length !== groups.length) {
    throw new ArgumentError(
      `${schedule}: expected ${groups.length} values of ${option}, one for each group, got ${value.length}`,
    );
  }
  return value;
}
