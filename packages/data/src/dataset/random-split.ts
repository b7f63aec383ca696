import { ArgumentError, defaultGenerator, type Generator } from '@kindling/core';
import { describeValue, drawPermutation } from '@kindling/core/internal';
import { assertHas } from '../given-argument.ts';
import type { Collated } from '../loader/collate.ts';
import type { Dataset } from './dataset.ts';
import { Subset } from './subset.ts';

/**
 * Splits a dataset at random into parts without common samples. `lengths` are numbers of samples, or fractions that sum up
 * to 1: then part i has ⌊fractionᵢ·n⌋ samples, and the samples left over go one each to the first parts. The order is that of
 * PyTorch for the same generator state.
 *
 * @throws ArgumentError when the lengths sum up neither to the dataset's length nor to 1.
 * @see https://docs.pytorch.org/docs/2.15/data.html#torch.utils.data.random_split
 */
export function randomSplit<T, B = Collated<Awaited<T>>>(
  dataset: Dataset<T, B>,
  lengths: readonly number[],
  generator: Generator = defaultGenerator,
): Subset<T, B>[] {
  assertHas('randomSplit', 'dataset', dataset, ['length', 'get']);
  const sizes = partSizes(dataset.length, lengths);
  const order = drawPermutation(generator, dataset.length);
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return new Subset(dataset, order.subarray(end - size, end));
  });
}

function partSizes(total: number, lengths: readonly number[]): readonly number[] {
  if (!Array.isArray(lengths) || lengths.some((length) => typeof length !== 'number')) {
    throw new ArgumentError(`randomSplit: expected lengths as numbers, got ${describeValue(lengths)}`);
  }
  const sum = lengths.reduce((a, b) => a + b, 0);
  const fractions = sum <= 1 && sum >= 1 - 1e-9 && lengths.every((length) => length >= 0);
  const sizes = fractions ? lengths.map((fraction) => Math.floor(fraction * total)) : [...lengths];
  if (fractions) {
    const left = total - sizes.reduce((a, b) => a + b, 0);
    for (let i = 0; i < left; i++) sizes[i % sizes.length]! += 1;
  }
  const whole = sizes.every((size) => Number.isInteger(size) && size >= 0);
  if (!whole || sizes.reduce((a, b) => a + b, 0) !== total) {
    throw new ArgumentError(
      `randomSplit: expected lengths that sum to ${total}, or fractions that sum to 1, got [${lengths.join(', ')}]`,
    );
  }
  return sizes;
}
