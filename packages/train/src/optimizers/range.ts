import { ArgumentError } from '@kindling/core';
import { describeValue } from '@kindling/core/internal';

/** Throws {@link ArgumentError} naming the first option that is not 0 or more. */
export function assertNotNegative(owner: string, options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'number' && value >= 0) continue;
    throw new ArgumentError(`${owner}: expected ${name} of at least 0, got ${describeValue(value)}`);
  }
}

/** Throws {@link ArgumentError} naming the first option that is neither true nor false. */
export function assertFlags(owner: string, options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'boolean') continue;
    throw new ArgumentError(`${owner}: expected ${name} to be true or false, got ${describeValue(value)}`);
  }
}
