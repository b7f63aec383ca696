import { describe } from '../../arguments.ts';
import { ArgumentError } from '../../errors.ts';

/** @throws {ArgumentError} unless the state of an LSTM is a list of two, or left out. */
export function assertStatePair(name: string, states: unknown): void {
  if (states === undefined || (Array.isArray(states) && states.length === 2)) return;
  throw new ArgumentError(`${name}: expected the states as [h, c], got ${describe(states)}`);
}
