import { ArgumentError, defaultGenerator, type Generator } from '@kindling/core';
import { describeValue, drawPermutation } from '@kindling/core/internal';
import type { Sampler } from './sampler.ts';

/**
 * Given indices in a random order, that of PyTorch for the same generator state.
 *
 * @throws {ArgumentError} for indices that are no integers of at least 0.
 *
 * Source: https://docs.pytorch.org/docs/2.15/data.html#torch.utils.data.SubsetRandomSampler
 */
export class SubsetRandomSampler implements Sampler {
  readonly indices: readonly number[];
  readonly generator: Generator | undefined;

  /** @param generator what to draw from. Default: the default generator. */
  constructor(indices: Iterable<number>, generator?: Generator) {
    if (typeof indices !== 'object' || indices === null || !(Symbol.iterator in indices)) {
      throw new ArgumentError(`SubsetRandomSampler: expected indices, got ${describeValue(indices)}`);
    }
    this.indices = [...indices];
    const wrong = this.indices.find((index) => !Number.isSafeInteger(index) || index < 0);
    if (wrong !== undefined) {
      throw new ArgumentError(
        `SubsetRandomSampler: expected integers of at least 0 as indices, got ${describeValue(wrong)}`,
      );
    }
    this.generator = generator;
  }

  get length(): number {
    return this.indices.length;
  }

  *[Symbol.iterator](): Iterator<number> {
    const order = drawPermutation(this.generator ?? defaultGenerator, this.length);
    for (const i of order) yield this.indices[i]!;
  }
}
