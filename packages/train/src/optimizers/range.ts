import { ArgumentError } from '@kindling/core';

/** Throws {@link ArgumentError} naming the first option that is not 0 or more. */
export function assertNotNegative(owner: string, options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!(value >= 0)) throw new ArgumentError(`${owner}: expected ${name} of 0 or more, got ${value}`);
  }
}
