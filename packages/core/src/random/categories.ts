import type { Generator } from './generator.ts';

/** A uniform number in [0, 1) with 53 random bits, as PyTorch draws a double. */
const unit = (generator: Generator): number => Number(generator.random64() & ((1n << 53n) - 1n)) / 2 ** 53;

/** Categories drawn with probabilities in proportion to weights, of which at least one is above 0, and as many as are drawn without replacement. */
export function fillCategories(
  out: Int32Array,
  generator: Generator,
  weights: ArrayLike<number>,
  replacement: boolean,
): void {
  if (replacement) byInversion(out, generator, weights);
  else byRaces(out, generator, weights);
}

/** Looks up uniform numbers in the running sums of the probabilities. */
function byInversion(out: Int32Array, generator: Generator, weights: ArrayLike<number>): void {
  const sums = new Float64Array(weights.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    total += weights[i]!;
    sums[i] = total;
  }
  for (let j = 0; j < out.length; j++) {
    const target = unit(generator);
    let [low, high] = [0, weights.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! / total < target) low = middle + 1;
      else high = middle;
    }
    // A target of 0 may stand before the first category that can be drawn.
    while (low < weights.length - 1 && weights[low] === 0) low++;
    out[j] = low;
  }
}

/** Each category waits exponentially long, at the rate of its weight; the first to come are drawn. */
function byRaces(out: Int32Array, generator: Generator, weights: ArrayLike<number>): void {
  const times = Array.from(weights, (weight) => -Math.log1p(-unit(generator)) / weight);
  const order = [...times.keys()]
    .filter((i) => weights[i]! > 0)
    .sort((a, b) => times[a]! - times[b]! || a - b);
  out.set(order.slice(0, out.length));
}
