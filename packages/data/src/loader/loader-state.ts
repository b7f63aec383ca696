import { ArgumentError, type Generator } from '@kindling/core';
import { fromBase64, toBase64 } from '@kindling/core/internal';

/** Where a loader stands in an epoch, as JSON. */
export interface LoaderState {
  /** Batches given out. */
  readonly batches: number;
  /** The states of the loader's generators before the epoch drew from them, in base64; null outside an epoch. */
  readonly origin: readonly string[] | null;
}

/** The states of generators as they are now, to be put back by {@link setStates}. */
export function getStates(generators: readonly Generator[]): () => readonly string[] {
  const snapshots = generators.map((generator) => generator.snapshot());
  return () => snapshots.map((state) => toBase64(state()));
}

export function setStates(generators: readonly Generator[], states: readonly string[]): void {
  if (states.length !== generators.length) {
    throw new ArgumentError(
      `loadStateDict: expected the state of a loader with ${generators.length} generators, got ${states.length}`,
    );
  }
  generators.forEach((generator, i) => {
    generator.setState(fromBase64(states[i]!));
  });
}

/**
 * The epoch that a state stands in; undefined when it stands in none.
 *
 * @throws ArgumentError unless the value is a state that a loader gave.
 */
export function parseLoaderState(
  value: unknown,
): { readonly batches: number; readonly origin: readonly string[] } | undefined {
  if (typeof value === 'object' && value !== null && 'batches' in value && 'origin' in value) {
    const { batches, origin } = value;
    if (origin === null && batches === 0) return undefined;
    const isOrigin = Array.isArray(origin) && origin.every((state) => typeof state === 'string');
    if (isOrigin && typeof batches === 'number' && Number.isInteger(batches) && batches >= 0) {
      return { batches, origin };
    }
  }
  throw new ArgumentError(`loadStateDict: expected { batches, origin }, got ${JSON.stringify(value)}`);
}
