import { ArgumentError, defaultGenerator, type Generator } from '@kindling/core';
import { assertBoolean, assertWhole, checkOptions, describeValue } from '@kindling/core/internal';
import type { Sampler } from './sampler.ts';

export interface WeightedRandomSamplerOptions {
  /** How many samples an epoch takes. Default: as many as there are weights. */
  readonly numSamples?: number | undefined;
  /** Whether a sample may be taken several times in an epoch. Default true. */
  readonly replacement?: boolean | undefined;
  /** What to draw from. Default: the default generator. */
  readonly generator?: Generator | undefined;
}

/** The next number of [0, 1), of 53 random bits. */
const uniform = (generator: Generator): number => Number(generator.random64() & ((1n << 53n) - 1n)) / 2 ** 53;

/**
 * Sample i with a probability in proportion to weight i: for classes of which there are few samples. The draws are those of
 * `torch.multinomial` for the same generator state.
 *
 * ```ts
 * const sampler = new WeightedRandomSampler(labels.map((label) => 1 / counts[label]));
 * ```
 *
 * @throws {ArgumentError} for weights that are negative, not finite or all 0, a `numSamples` that is no integer of at least 1, and, without
 * replacement, more samples than weights above 0.
 *
 * Source: https://docs.pytorch.org/docs/2.15/data.html#torch.utils.data.WeightedRandomSampler
 */
export class WeightedRandomSampler implements Sampler {
  readonly length: number;
  readonly replacement: boolean;
  readonly generator: Generator | undefined;
  readonly #weights: Float64Array;

  constructor(weights: ArrayLike<number>, options: WeightedRandomSamplerOptions = {}) {
    const name = 'WeightedRandomSampler';
    if (typeof weights !== 'object' || weights === null || typeof weights.length !== 'number') {
      throw new ArgumentError(`${name}: expected weights, got ${describeValue(weights)}`);
    }
    const {
      numSamples = weights.length,
      replacement = true,
      generator,
    } = checkOptions(name, options, { numSamples: true, replacement: true, generator: true });
    assertWhole(name, 'numSamples', numSamples, 1);
    assertBoolean(name, 'replacement', replacement);
    const wrong = Array.from(weights).find((weight) => !(weight >= 0 && Number.isFinite(weight)));
    if (wrong !== undefined) {
      throw new ArgumentError(`${name}: expected weights of at least 0, got ${describeValue(wrong)}`);
    }
    this.#weights = Float64Array.from(weights);
    const drawable = this.#weights.filter((weight) => weight > 0).length;
    if (drawable === 0 || (!replacement && numSamples > drawable)) {
      const least = replacement ? 1 : numSamples;
      throw new ArgumentError(`${name}: expected at least ${least} weights above 0, got ${drawable}`);
    }
    this.length = numSamples;
    this.replacement = replacement;
    this.generator = generator;
  }

  *[Symbol.iterator](): Iterator<number> {
    const generator = this.generator ?? defaultGenerator;
    // PyTorch takes one sample as if without replacement.
    yield* this.replacement && this.length > 1 ? this.#byDistribution(generator) : this.#byRace(generator);
  }

  /** The place of a uniform number in the cumulative distribution, each time. */
  #byDistribution(generator: Generator): number[] {
    const cumulative = this.#weights.slice();
    for (let i = 1; i < cumulative.length; i++) cumulative[i]! += cumulative[i - 1]!;
    const total = cumulative.at(-1)!;
    for (let i = 0; i < cumulative.length; i++) cumulative[i]! /= total;
    cumulative[cumulative.length - 1] = 1;
    return Array.from({ length: this.length }, () => {
      const drawn = uniform(generator);
      let [low, high] = [0, cumulative.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (cumulative[middle]! < drawn) low = middle + 1;
        else high = middle;
      }
      return low;
    });
  }

  /** The samples with the largest weight over an exponential number, the largest first. */
  #byRace(generator: Generator): number[] {
    const scores = this.#weights.map((weight) => weight / -Math.log1p(-uniform(generator)));
    const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
    return order.slice(0, this.length);
  }
}
