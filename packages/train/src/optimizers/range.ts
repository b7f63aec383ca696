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

/** Throws {@link ArgumentError} unless they are two numbers in [0, 1). */
export function assertBetas(owner: string, betas: unknown): void {
  const isDecay = (beta: unknown): boolean => typeof beta === 'number' && beta >= 0 && beta < 1;
  if (Array.isArray(betas) && betas.length === 2 && betas.every(isDecay)) return;
  throw new ArgumentError(`${owner}: expected betas in [0, 1), got ${describeValue(betas)}`);
}
