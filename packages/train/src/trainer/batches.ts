import { ArgumentError, type Synchronous, scope, type Tensor } from '@kindling/core';
import { describeValue } from '@kindling/core/internal';
import type { RowBatches } from '@kindling/data';

/** Inputs and targets of some samples: what a `DataLoader` over a `TensorDataset` of both gives. */
export type Batch = readonly [input: Tensor, target: Tensor];

/**
 * Batches, anew with each iteration. With `stateDict` and `loadStateDict`, as a `DataLoader` has them, training can be resumed in
 * the middle of an epoch; with `rows`, as one over a `TensorDataset` has it, steps gather their batches themselves.
 */
export type Batches = (Iterable<Batch> | AsyncIterable<Batch>) & {
  stateDict?(): unknown;
  loadStateDict?(state: unknown): void;
  readonly rows?: RowBatches | undefined;
  /** How many batches an epoch has, where that is known. */
  readonly length?: number | undefined;
  /** Whether batches of both kinds can be had with `for await` alone, as those of a `DataLoader` over an asynchronous stream. */
  readonly isAsynchronous?: boolean | undefined;
};

/** How many batches an epoch has; undefined where that is not known. */
export function lengthOf(batches: Batches): number | undefined {
  try {
    return Number.isSafeInteger(batches.length) ? batches.length : undefined;
  } catch {
    // A DataLoader over a stream refuses to say.
    return undefined;
  }
}

/** Whether batches are read without `await`, which those that can be read either way say of themselves. */
const isReadAtOnce = (batches: Batches): batches is Batches & Iterable<Batch> =>
  Symbol.iterator in batches && !(batches.isAsynchronous && Symbol.asyncIterator in batches);

/** @throws {ArgumentError} unless it can be iterated over. */
function assertBatches(value: unknown): void {
  const isObject = typeof value === 'object' && value !== null;
  if (isObject && (Symbol.iterator in value || Symbol.asyncIterator in value)) return;
  throw new ArgumentError(`batches: expected what a DataLoader gives, got ${describeValue(value)}`);
}

/**
 * Begins an iteration, and returns what takes its next batches, as many as it is asked for where there are so many: the result of `use`,
 * which gets inputs and targets in turns, or undefined after the last batch. Tensors that `use` makes are freed, but for what it
 * returns; so are batches that are made for it. Iterables of both kinds are read at once, without `await`.
 */
export function takeFrom<T>(
  batches: Batches,
  use: (...batches: Tensor[]) => Synchronous<T>,
): (count?: number) => T | undefined | Promise<T | undefined> {
  assertBatches(batches);
  if (isReadAtOnce(batches)) {
    const iterator = batches[Symbol.iterator]();
    return (count = 1) =>
      scope(() => {
        const taken: Tensor[] = [];
        for (let i = 0; i < count; i++) {
          const { done, value } = iterator.next();
          if (done) break;
          taken.push(...(value satisfies Batch));
        }
        return taken.length === 0 ? undefined : use(...taken);
      });
  }
  const iterator = batches[Symbol.asyncIterator]();
  return async (count = 1) => {
    const taken: Tensor[] = [];
    for (let i = 0; i < count; i++) {
      const { done, value } = await iterator.next();
      if (done) break;
      taken.push(...(value satisfies Batch));
    }
    return taken.length === 0 ? undefined : scope(() => use(...taken));
  };
}
