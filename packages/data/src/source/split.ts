import { DataError } from '../data-error.ts';

export type Split = 'train' | 'test';

/** @throws DataError unless it is the name of a split. */
export function checkSplit(split: unknown): void {
  if (split === 'train' || split === 'test') return;
  throw new DataError({ place: 'split', expected: 'train or test', got: JSON.stringify(split) });
}
