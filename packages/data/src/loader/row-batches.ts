import type { Tensor } from '@kindling/core';
import type { NextRows } from './sampler.ts';

/** Batches that are rows of tensors, for those who gather them on their own: inside of a recorded step, for example. */
export interface RowBatches {
  /** A batch is the rows at its indices of each of them. */
  readonly tensors: readonly Tensor[];
  /** Batches in an epoch. */
  readonly length: number;
  /** Whether an epoch goes through the rows in their order. */
  readonly isInOrder: boolean;
  /** Rows in batch `i` of an epoch. */
  sizeOf(i: number): number;
  /** Begins an epoch, as iterating over the loader does, and returns what gives the indices of its next batch. */
  begin(): NextRows;
  /**
   * Draws what a number of epochs draw, for epochs whose indices are not needed. Undefined where batches are not the rows in their
   * order, or watched.
   */
  readonly pass: ((epochs: number) => void) | undefined;
}
