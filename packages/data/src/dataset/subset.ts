import { ShapeError } from '@kindling/core';
import { describeValue } from '@kindling/core/internal';
import { assertHas } from '../given-argument.ts';
import type { Collated } from '../loader/collate.ts';
import type { Dataset } from './dataset.ts';

/**
 * Some samples of a dataset, in the order of `indices`.
 *
 * @see https://docs.pytorch.org/docs/2.15/data.html#torch.utils.data.Subset
 */
export class Subset<T, B = Collated<Awaited<T>>> implements Dataset<T, B> {
  readonly dataset: Dataset<T, B>;
  readonly indices: Int32Array;
  readonly batch: ((indices: Int32Array) => B) | undefined;

  /** @throws ShapeError when an index is not in [0, dataset.length). */
  constructor(dataset: Dataset<T, B>, indices: ArrayLike<number>) {
    assertHas('Subset', 'dataset', dataset, ['length', 'get']);
    assertHas('Subset', 'indices', indices, ['length']);
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      if (!Number.isInteger(index) || index < 0 || index >= dataset.length) {
        throw new ShapeError(
          `Subset: expected indices in [0, ${dataset.length}), got ${describeValue(index)}`,
        );
      }
    }
    this.dataset = dataset;
    this.indices = Int32Array.from(indices);
    const { batch } = dataset;
    this.batch =
      batch &&
      ((chosen) =>
        batch.call(
          dataset,
          chosen.map((i) => this.#at(i)),
        ));
  }

  get length(): number {
    return this.indices.length;
  }

  get(index: number): T {
    return this.dataset.get(this.#at(index));
  }

  #at(index: number): number {
    const at = this.indices[index];
    if (at === undefined)
      throw new ShapeError(`Subset: expected an index in [0, ${this.length}), got ${describeValue(index)}`);
    return at;
  }
}
