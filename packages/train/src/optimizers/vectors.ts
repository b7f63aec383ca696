/** Σ aᵢbᵢ. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** a + t · b. */
export const add = (a: Float64Array, b: Float64Array, t: number): Float64Array =>
  a.map((value, i) => value + t * b[i]!);

/** t · a. */
export const scaled = (a: Float64Array, t: number): Float64Array => a.map((value) => t * value);

/** max |aᵢ|. */
export const largest = (a: Float64Array): number =>
  a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
