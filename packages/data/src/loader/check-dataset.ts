import { ArgumentError } from '@kindling/core';

/** Refuses what is no dataset: one whose length or samples are not where they are looked for would have none. */
export function checkDataset(dataset: unknown, owner = 'DataLoader'): void {
  const refusal = (expected: string, got: string): ArgumentError =>
    new ArgumentError(`${owner}: expected ${expected}, got ${got}`);
  if (typeof dataset !== 'object' || dataset === null) {
    throw refusal('a dataset with length and get, or an iterable', describe(dataset));
  }
  if (Symbol.iterator in dataset || Symbol.asyncIterator in dataset) return;
  const { length, get }: { readonly length?: unknown; readonly get?: unknown } = dataset;
  if (typeof length === 'function') {
    throw refusal("the dataset's length to be a number", 'a function; did you mean get length()?');
  }
  if (!Number.isSafeInteger(length) || Number(length) < 0) {
    throw refusal("the dataset's length to be an integer of at least 0", describe(length));
  }
  if (typeof get !== 'function') throw refusal('the dataset to have a method get(index)', describe(get));
}

const describe = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? 'an object'
    : typeof value === 'function'
      ? 'a function'
      : String(value);
