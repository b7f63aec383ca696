import { expect } from 'vitest';
import { DataError } from '../../src/data-error.ts';

/** The message of the DataError that `run` throws; anything else fails the test. */
export function messageOf(run: () => unknown): string {
  const error = thrownBy(run);
  expect(error).toBeInstanceOf(DataError);
  return error instanceof Error ? error.message : '';
}

/** What `run` throws, or undefined. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
