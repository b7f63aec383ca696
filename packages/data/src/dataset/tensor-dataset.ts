import { ArgumentError, ShapeError, type Tensor, tensor } from '@kindling/core';
import { assertTensor, describeValue, formatShape } from '@kindling/core/internal';
import type { Dataset } from './dataset.ts';

/**
 * Tensors whose first axis counts the samples. They stay on their device; a batch is one gather of each.
 *
 * ```ts
 * const data = new TensorDataset(x, y); // x: [n, features], y: [n]
 * const [rows, labels] = data.batch(Int32Array.of(4, 0, 2));
 * ```
 *
 * @see https://docs.pytorch.org/docs/2.15/data.html#torch.utils.data.TensorDataset
 */
export class TensorDataset<T extends readonly Tensor[]> implements Dataset<T, T> {
  readonly tensors: T;
  readonly length: number;

  /** @throws ShapeError when a tensor has no axes, or another number of rows than the first. */
  constructor(...tensors: T) {
    const [first] = tensors;
    if (first === undefined) throw new ArgumentError('TensorDataset: expected at least one tensor, got none');
    tensors.forEach((tensor, i) => {
      assertTensor('TensorDataset', `tensors[${i}]`, tensor);
    });
    const rows = first.shape[0];
    for (const { shape } of tensors) {
      if (rows === undefined || shape[0] !== rows) {
        throw new ShapeError(
          `TensorDataset: expected tensors with the same number of rows, got shapes ${tensors
            .map((each) => formatShape(each.shape))
            .join(' and ')}`,
        );
      }
    }
    this.tensors = tensors;
    this.length = rows ?? 0;
  }

  /** Row `index` of each tensor, as views. */
  get(index: number): T {
    return this.#each((tensor) => tensor.select(0, index));
  }

  /**
   * The rows at `indices` of each tensor, copied, in that order.
   *
   * @throws ArgumentError for an index that is not an integer in the range of int32.
   */
  readonly batch = (indices: Int32Array | readonly number[]): T => {
    const wrong = indices instanceof Int32Array ? -1 : indices.findIndex((i) => !Number.isInteger(i));
    if (wrong >= 0) {
      throw new ArgumentError(
        `TensorDataset: expected integers as indices, got ${describeValue(indices[wrong])}`,
      );
    }
    // Not `using`: Safari has no Symbol.dispose.
    const index = tensor(indices, { dtype: 'int32', device: this.tensors[0]!.device });
    try {
      return this.#each((rows) => rows.indexSelect(0, index));
    } finally {
      index.dispose();
    }
  };

  /** The same dataset on another device; itself where it is there already. */
  to(device: string): TensorDataset<T> {
    const moved = this.#each((tensor) => tensor.to({ device }));
    return moved.every((tensor, i) => tensor === this.tensors[i]) ? this : new TensorDataset(...moved);
  }

  #each(change: (tensor: Tensor) => Tensor): T {
    // A tuple of as many tensors as came: map() forgets the length.
    return this.tensors.map(change) as readonly Tensor[] as T;
  }
}
