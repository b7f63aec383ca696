import { fma32, fma64 } from './fma.ts';
import { cos, log, sin } from './libm.ts';

/** Uniform draws that become normal together: eight radii, then eight angles. */
export const BLOCK = 16;

const fround = Math.fround;
const TWO_PI = 2 * Math.PI;

/**
 * Turns the 16 uniform draws u of `data[at…]` into normal ones: for j < 8, with r = √(−2 log(1 − uⱼ)) and θ = 2πuⱼ₊₈,
 * element j becomes r·cos θ·std + mean and element j + 8 becomes r·sin θ·std + mean.
 *
 * Operation for operation PyTorch's AVX2 kernel, whose log, sin and cos are Cephes' single-precision polynomials
 * (Moshier 1992) in the arrangement of sse_mathfun (Pommier 2007), with multiply-adds fused.
 */
export function boxMuller32(data: Float32Array, at: number, mean: number, std: number): void {
  for (let j = at; j < at + 8; j++) data[j] = radius(fround(1 - data[j]!));
  for (let j = at; j < at + 8; j++) turn(data, j);
  for (let j = at; j < at + BLOCK; j++)
    data[j] = mean === 0 ? data[j]! * std + 0 : fma32(data[j]!, std, mean);
}

const MANTISSA = new Float32Array(1);
const MANTISSA_BITS = new Int32Array(MANTISSA.buffer);

const SQRT_HALF = fround(Math.SQRT1_2);
const LN2_HIGH = 0.693359375;
const LN2_LOW = fround(-2.1219444e-4);
const LOG_0 = fround(7.0376836292e-2);
const LOG_1 = fround(-1.151461031e-1);
const LOG_2 = fround(1.167699874e-1);
const LOG_3 = fround(-1.2420140846e-1);
const LOG_4 = fround(1.4249322787e-1);
const LOG_5 = fround(-1.6668057665e-1);
const LOG_6 = fround(2.0000714765e-1);
const LOG_7 = fround(-2.4999993993e-1);
const LOG_8 = fround(3.3333331174e-1);

/** √(−2 log u) for a float32 u in (0, 1]. */
function radius(u: number): number {
  // u = 2^e m with m in [√½, √2), and log u = e log 2 + log(1 + x) with x = m − 1.
  MANTISSA[0] = u;
  const bits = MANTISSA_BITS[0]!;
  MANTISSA_BITS[0] = (bits & 0x807fffff) | 0x3f000000;
  let e = (bits >>> 23) - 126;
  let x = MANTISSA[0] - 1;
  if (MANTISSA[0] < SQRT_HALF) {
    e -= 1;
    x += MANTISSA[0];
  }
  const z = fround(x * x);
  let y = fma32(LOG_0, x, LOG_1);
  y = fma32(y, x, LOG_2);
  y = fma32(y, x, LOG_3);
  y = fma32(y, x, LOG_4);
  y = fma32(y, x, LOG_5);
  y = fma32(y, x, LOG_6);
  y = fma32(y, x, LOG_7);
  y = fma32(y, x, LOG_8);
  y = fma32(fround(y * x), z, fround(e * LN2_LOW));
  y = fma32(-0.5, z, y);
  // Exact in float64 before the rounding: e has six bits and log 2's high part ten.
  return Math.sqrt(fround(-2 * fround(e * LN2_HIGH + fround(x + y))));
}

const FOUR_OVER_PI = fround(4 / Math.PI);
const TWO_PI_32 = fround(TWO_PI);
const QUARTER_PI_1 = 0.78515625;
const QUARTER_PI_2 = 2.4187564849853516e-4;
const QUARTER_PI_3 = fround(3.774894977445941e-8);
const SIN_0 = fround(-1.9515295891e-4);
const SIN_1 = fround(8.3321608736e-3);
const SIN_2 = fround(-1.6666654611e-1);
const COS_0 = fround(2.443315711809948e-5);
const COS_1 = fround(-1.388731625493765e-3);
const COS_2 = fround(4.166664568298827e-2);

/** With r in `data[j]` and u in `data[j + 8]`: writes r·cos 2πu to the first and r·sin 2πu to the second. */
function turn(data: Float32Array, j: number): void {
  const theta = fround(TWO_PI_32 * data[j + 8]!);
  // The nearest even number of octants, and what is left, in [−π/4, π/4]. The products are exact in float64.
  const octant = (Math.trunc(fround(theta * FOUR_OVER_PI)) + 1) & ~1;
  let x = fround(theta - octant * QUARTER_PI_1);
  x = fround(x - octant * QUARTER_PI_2);
  x = fround(x - octant * QUARTER_PI_3);
  const z = fround(x * x);
  let c = fma32(COS_0, z, COS_1);
  c = fma32(c, z, COS_2);
  c = fround(fma32(z, fround(c * z), -fround(0.5 * z)) + 1);
  let s = fma32(SIN_0, z, SIN_1);
  s = fma32(s, z, SIN_2);
  s = fma32(x, fround(s * z), x);
  const swapped = (octant & 2) !== 0;
  const cosine = swapped ? s : c;
  const sine = swapped ? c : s;
  const r = data[j]!;
  data[j] = r * (((octant + 2) & 4) === 0 ? cosine : -cosine);
  data[j + 8] = r * ((octant & 4) === 0 ? sine : -sine);
}

/** As {@link boxMuller32}, in float64 with the C library's log, sin and cos. */
export function boxMuller64(data: Float64Array, at: number, mean: number, std: number): void {
  for (let j = at; j < at + 8; j++) {
    const r = Math.sqrt(-2 * log(1 - data[j]!));
    const theta = TWO_PI * data[j + 8]!;
    data[j] = scaled(r * cos(theta), mean, std);
    data[j + 8] = scaled(r * sin(theta), mean, std);
  }
}

/** normal·std + mean, rounded once. */
export function scaled(normal: number, mean: number, std: number): number {
  return mean === 0 ? normal * std + 0 : fma64(normal, std, mean);
}
