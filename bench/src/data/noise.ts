/**
 * `count` numbers in [0, 1) that look random and are the same in every language: multiples of 2⁻²⁴, from a hash of the
 * position (C. Wellons' lowbias32) with exact 32-bit arithmetic.
 *
 * @see https://nullprogram.com/blog/2018/07/31/
 */
export function noise(count: number, seed: number): Float32Array {
  const values = new Float32Array(count);
  const start = Math.imul(seed, 0x9e3779b9);
  for (let i = 0; i < count; i++) {
    let h = start + i;
    h ^= h >>> 16;
    h = Math.imul(h, 0x7feb352d);
    h ^= h >>> 15;
    h = Math.imul(h, 0x846ca68b);
    h ^= h >>> 16;
    values[i] = (h >>> 8) / 2 ** 24;
  }
  return values;
}

/** As {@link noise}, in [−scale, scale). */
export function signedNoise(count: number, seed: number, scale = 1): Float32Array {
  return noise(count, seed).map((value) => (2 * value - 1) * scale);
}
