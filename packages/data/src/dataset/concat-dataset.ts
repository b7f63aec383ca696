import { ArgumentError, ShapeError } from '@kindling/core';
import { describeValue } from '@kindling/core/internal';
import { checkDataset } from '../loader/check-dataset.ts';
import type { Dataset } from './dataset.ts';

/**
 * Datasets one after the other: the samples of the second follow those of the first.
 *
 * @throws {ArgumentError} for no datasets, and for what is no dataset with a length.
 *
 * Source: https://docs.pytorch.org/docs/2.15/data.html#torch.utils.data.ConcatDataset
 */
export class ConcatDataset<T> implements Dataset<T> {
  readonly datasets: readonly Dataset<T, unknown>[];
  /** Number of samples up to the end of each dataset. */
  readonly #ends: readonly number[];

  constructor(datasets: readonly Dataset<T, unknown>[]) {
    if (!Array.isArray(datasets) || datasets.length === 0) {
      throw new ArgumentError(`ConcatDataset: expected datasets, got ${describeValue(datasets)}`);
    }
    let end = 0;
    this.datasets = datasets;
    this.#ends = datasets.map((dataset: Dataset<T, unknown>) => {
      checkDataset(dataset, 'ConcatDataset');
      if (!('get' in dataset)) {
        throw new ArgumentError('ConcatDataset: expected datasets with a length, got an iterable');
      }
      end += dataset.length;
      return end;
    });
  }

  get length(): number {
    return this.#ends.at(-1)!;
  }

  get(index: number): T {
    const i = this.#ends.findIndex((end) => index < end);
    if (!Number.isInteger(index) || index < 0 || i < 0) {
      throw new ShapeError(
        `ConcatDataset: expected an index in [0, ${this.length}), got ${describeValue(index)}`,
      );
    }
    return this.datasets[i]!.get(index - (this.#ends[i - 1] ?? 0));
  }
}
