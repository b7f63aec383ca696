import { ArgumentError } from '@kindling/core';

/** A value for each parameter group: one for all, or as many as there are groups. Throws {@link ArgumentError} for another number. */
export function perGroup<T>(
  schedule: string,
  option: string,
  value: T | readonly T[],
  groups: readonly unknown[],
): readonly T[] {
  if (!Array.isArray(value)) return groups.map(() => value as T);
  if (value.length !== groups.length) {
    throw new ArgumentError(
      `${schedule}: expected ${groups.length} values of ${option}, one for each group, got ${value.length}`,
    );
  }
  return value;
}
