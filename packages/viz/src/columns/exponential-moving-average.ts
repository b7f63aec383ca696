import type { Column } from './column.ts';

/**
 * Exponential moving average without the pull towards zero at the start, as TensorBoard's smoothing slider draws it.
 *
 *     mₜ = β·mₜ₋₁ + (1 − β)·xₜ,  m₀ = 0        sₜ = mₜ / (1 − βᵗ)
 *
 * with t counting the finite values seen. It is evaluated in the equal form
 *
 *     sₜ = sₜ₋₁ + (1 − β)/(1 − βᵗ) · (xₜ − sₜ₋₁)
 *
 * in which a constant column stays exactly constant and s₁ = x₁. A value that is not finite is handed through at its
 * place and leaves the average as it was.
 *
 * @param values the column
 * @param weight β in [0, 1): 0 returns the values, 0.99 averages over about 100 of them
 * @returns a new column of the same length
 * @throws RangeError for a weight outside [0, 1)
 *
 * Source: Kingma & Ba, "Adam" (2015), section 3, for the bias correction; TensorBoard, scalar dashboard.
 */
export function exponentialMovingAverage(values: Column, weight: number): Float64Array {
  const average = new MovingAverage(weight);
  const smoothed = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) smoothed[i] = average.next(values[i]!);
  return smoothed;
}

/**
 * The same, value by value, for a column that grows.
 *
 *     const average = new MovingAverage(0.9);
 *     average.next(1); // 1
 *     average.next(2); // 1.526…
 */
export class MovingAverage {
  readonly #weight: number;
  #average: number;
  #power: number;

  /**
   * @param weight β in [0, 1)
   * @param after where an average goes on: its last value, and the number of finite values before. Default: at the start
   * @throws RangeError for a weight outside [0, 1)
   */
  constructor(weight: number, after: { readonly average: number; readonly count: number } = start) {
    if (!(weight >= 0 && weight < 1)) {
      throw new RangeError(`exponentialMovingAverage: expected a weight in [0, 1), got ${weight}`);
    }
    this.#weight = weight;
    this.#average = after.average;
    this.#power = weight ** after.count;
  }

  /** The average with one more value. */
  next(value: number): number {
    if (!Number.isFinite(value)) return typeof value === 'number' ? value : Number.NaN;
    this.#power *= this.#weight;
    const share = (1 - this.#weight) / (1 - this.#power);
    this.#average = share < 1 ? blend(this.#average, value, share) : value;
    return this.#average;
  }
}

const start = { average: 0, count: 0 };

/** a + share·(b − a), or the sum of both parts where the difference of two huge values overflows. */
function blend(a: number, b: number, share: number): number {
  const difference = b - a;
  return Number.isFinite(difference) ? a + share * difference : (1 - share) * a + share * b;
}
