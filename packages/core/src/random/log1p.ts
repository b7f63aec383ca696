import { fma64 } from './fma.ts';

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** √2 − 1 as the upper 20 bits of a float64's fraction. */
const SQRT2_FRACTION = 0x6a09e;

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/**
 * log(1 + x) for −1 < x ≤ 0 (error below 1 ulp), to the last bit of glibc's on processors with fused multiply-add,
 * because PyTorch's few normal numbers are made of it. The algorithm is the one of FreeBSD's msun; which additions take
 * a product in unrounded is what compilers make of it.
 */
export function log1p(x: number): number {
  if (x > -(2 ** -29)) return x > -(2 ** -54) ? x : x - x * x * 0.5;
  if (x > -0.2928934097290039) {
    const half = 0.5 * x * x;
    const s = x / (2 + x);
    return x - (half - s * (half + series(s * s)));
  }
  // 1 + x = 2^k (1 + f) with 1 + f in [√½, √2).
  float[0] = 1 + x;
  const lost = (x - (float[0] - 1)) / float[0];
  const high = words[1]!;
  const fraction = high & 0xfffff;
  const isUpper = fraction >= SQRT2_FRACTION;
  const k = (high >> 20) - 1023 + (isUpper ? 1 : 0);
  words[1] = fraction | (isUpper ? 0x3fe00000 : 0x3ff00000);
  const f = float[0] - 1;
  const low = fma64(k, LN2_LOW, lost);
  const half = 0.5 * f * f;
  if (Math.abs(f) < 2 ** -20) {
    if (f === 0) return fma64(k, LN2_HIGH, low);
    return fma64(k, LN2_HIGH, f - (half * fma64(-0.6666666666666666, f, 1) - low));
  }
  const s = f / (2 + f);
  return fma64(k, LN2_HIGH, f - (half - (s * (half + series(s * s)) + low)));
}

/** (log(1 + f) − log(1 − f) − 2s)/s as a polynomial in z = s² with s = f/(2 + f), near 2/3 z + 2/5 z² + 2/7 z³ + … */
function series(z: number): number {
  const z2 = z * z;
  const z4 = z2 * z2;
  const second = fma64(z, 0.2857142874366239, 0.3999999999940942);
  const third = fma64(z, 0.1818357216161805, 0.22222198432149784);
  const fourth = fma64(z, 0.14798198605116586, 0.15313837699209373);
  return fma64(z4 * z2, fourth, fma64(z4, third, fma64(z, 0.6666666666666735, z2 * second)));
}
