import { Generator } from '@kindling/core';

/** Random numbers from integers by exact arithmetic only, so that they are the same on every platform. */
export class Random {
  readonly #generator: Generator;

  constructor(seed: number) {
    this.#generator = new Generator(seed);
  }

  /** An integer in [0, count). */
  pick(count: number): number {
    return this.#generator.random() % count;
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.#generator.random() * 2 ** -32;
  }

  /** A number around 0 with the given standard deviation: a sum of three uniform ones, so at most three deviations away. */
  around(deviation: number): number {
    return deviation * (this.between(-1, 1) + this.between(-1, 1) + this.between(-1, 1));
  }
}
