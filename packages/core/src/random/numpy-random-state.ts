import { describe } from '../arguments.ts';
import { ArgumentError } from '../errors.ts';
import { log } from './libm.ts';
import { MersenneTwister } from './mersenne-twister.ts';

/** Anything whose places can be exchanged by index. */
export interface MutableSequence<V> {
  readonly length: number;
  [index: number]: V;
}

/**
 * NumPy's legacy generator: `numpy.random.seed(…)` with the functions of `numpy.random`, or an own
 * `numpy.random.RandomState(seed)`. The same seed and the same calls give the same float64 numbers, to the last bit.
 * Arrays are flat: where NumPy takes a shape, this takes the number of elements.
 *
 * @see https://numpy.org/doc/1.24/reference/random/legacy.html
 */
export class NumpyRandomState {
  readonly #twister = new MersenneTwister();
  #cachedNormal: number | undefined;

  /**
   * @param seed an integer in [0, 2³²), or a non-empty array of such.
   * @throws ArgumentError for any other seed.
   */
  constructor(seed: number | ArrayLike<number>) {
    this.seed(seed);
  }

  /** Starts anew, as `numpy.random.seed`. Arguments and errors as the constructor's. */
  seed(seed: number | ArrayLike<number>): void {
    if (typeof seed !== 'object' || seed === null) {
      this.#twister.seed(checkedWord(seed));
    } else {
      if (seed.length === 0) throw new ArgumentError('RandomState: expected a non-empty seed, got []');
      this.#twister.seedByArray(Array.from(seed, checkedWord));
    }
    this.#cachedNormal = undefined;
  }

  /** n uniform numbers in [0, 1), multiples of 2⁻⁵³. */
  randomSample(n: number): Float64Array {
    return this.#draw(n, () => this.#unit());
  }

  /** Another name of {@link randomSample}. */
  rand(n: number): Float64Array {
    return this.randomSample(n);
  }

  /** n standard normal numbers (Marsaglia's polar method; the second of the last pair is kept for the next call). */
  randn(n: number): Float64Array {
    return this.#draw(n, () => this.#normal());
  }

  /** n uniform numbers in [low, high): low + (high − low)·u. */
  uniform(low: number, high: number, n: number): Float64Array {
    const width = high - low;
    if (typeof low !== 'number' || typeof high !== 'number' || !Number.isFinite(width)) {
      throw new ArgumentError(`uniform: expected a finite range, got low=${low} and high=${high}`);
    }
    return this.#draw(n, () => low + width * this.#unit());
  }

  /** n normal numbers with mean `loc` and standard deviation `scale`. */
  normal(loc: number, scale: number, n: number): Float64Array {
    if (typeof loc !== 'number')
      throw new ArgumentError(`normal: expected loc to be a number, got ${describe(loc)}`);
    if (!(typeof scale === 'number' && scale >= 0))
      throw new ArgumentError(`normal: expected scale >= 0, got ${describe(scale)}`);
    return this.#draw(n, () => loc + scale * this.#normal());
  }

  /** n integers in [low, high), equally likely. Both bounds are integers within [−2³¹, 2³¹]. */
  randint(low: number, high: number, n: number): Int32Array {
    if (
      !Number.isInteger(low) ||
      !Number.isInteger(high) ||
      low >= high ||
      low < -(2 ** 31) ||
      high > 2 ** 31
    ) {
      throw new ArgumentError(
        `randint: expected integers -2^31 <= low < high <= 2^31, got low=${low} and high=${high}`,
      );
    }
    const out = new Int32Array(checkedLength(n));
    for (let i = 0; i < n; i++) out[i] = low + this.#atMost(high - 1 - low);
    return out;
  }

  /** A random order of 0 … n − 1, or a shuffled copy of the given values. */
  permutation(n: number): Int32Array;
  permutation<V>(values: readonly V[]): V[];
  permutation<V>(n: number | readonly V[]): Int32Array | V[] {
    if (typeof n === 'object' && n !== null) return this.shuffle([...n]);
    return this.shuffle(new Int32Array(checkedLength(n)).map((_, i) => i));
  }

  /** Shuffles an array in place (Fisher and Yates from the back) and returns it. */
  shuffle<V, S extends MutableSequence<V>>(values: S & MutableSequence<V>): S {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.#atMost(i);
      const taken = values[j]!;
      values[j] = values[i]!;
      values[i] = taken;
    }
    return values;
  }

  #draw(n: number, next: () => number): Float64Array {
    const out = new Float64Array(checkedLength(n));
    for (let i = 0; i < n; i++) out[i] = next();
    return out;
  }

  #unit(): number {
    const upper = this.#twister.next() >>> 5;
    return (upper * 2 ** 26 + (this.#twister.next() >>> 6)) / 2 ** 53;
  }

  #normal(): number {
    const cached = this.#cachedNormal;
    if (cached !== undefined) {
      this.#cachedNormal = undefined;
      return cached;
    }
    let x: number;
    let y: number;
    let square: number;
    do {
      x = 2 * this.#unit() - 1;
      y = 2 * this.#unit() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * log(square)) / square);
    this.#cachedNormal = factor * x;
    return factor * y;
  }

  /** An integer in [0, most] for most < 2³², by rejection under the smallest mask of ones that covers it. */
  #atMost(most: number): number {
    if (most === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(most);
    for (;;) {
      const value = (this.#twister.next() & mask) >>> 0;
      if (value <= most) return value;
    }
  }
}

function checkedWord(seed: number): number {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new ArgumentError(`RandomState: expected a seed in [0, 2^32 - 1], got ${describe(seed)}`);
  }
  return seed;
}

function checkedLength(n: number): number {
  if (!Number.isInteger(n) || n < 0 || n > 2 ** 29)
    throw new ArgumentError(`RandomState: expected a count n in [0, 2^29], got ${describe(n)}`);
  return n;
}
