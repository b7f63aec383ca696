import { fma32, fma64 } from './fma.ts';
import { cos, log, sin } from './libm.ts';

/** Uniform draws that become normal together: eight radii, then eight angles. */
export const BLOCK = 16;

const fround = Math.fround;

/** Blocks that go through one pass together, so that a processor can overlap the long chains of dependent steps. */
const BATCH = 32;
const LANES = BATCH * (BLOCK / 2);

// Float32 numbers, held wide: to narrow them at every store would cost more than the arithmetic does.
const x = new Float64Array(LANES);
const z = new Float64Array(LANES);
const p = new Float64Array(LANES);
const q = new Float64Array(LANES);
const whole = new Int32Array(LANES);

/**
 * Turns uniform draws u into normal ones, in each block of 16 from `start` to `end`: for j < 8, with
 * r = √(−2 log(1 − uⱼ)) and θ = 2πuⱼ₊₈, place j becomes r·cos θ·std + mean and place j + 8 r·sin θ·std + mean.
 *
 * Operation for operation PyTorch's AVX2 kernel, whose log, sin and cos are the single-precision polynomials of Cephes
 * (Moshier 1992) as sse_mathfun arranges them (Pommier 2007), with multiply-adds fused.
 */
export function boxMuller32(data: Float32Array, start: number, end: number, mean: number, std: number): void {
  for (let at = start; at < end; at += BATCH * BLOCK) {
    const batch = data.subarray(at, Math.min(end, at + BATCH * BLOCK));
    radii(batch);
    angles(batch);
  }
  for (let i = start; i < end; i++) data[i] = mean === 0 ? data[i]! * std + 0 : fma32(data[i]!, std, mean);
}

/** Where in its batch the first number of a lane stands; the second stands 8 further. */
function placeOf(lane: number): number {
  return 2 * lane - (lane & 7);
}

/** c₀tⁿ + c₁tⁿ⁻¹ + … + cₙ in every lane, by Horner's rule. */
function polynomial(out: Float64Array, t: Float64Array, coefficients: Float32Array, lanes: number): void {
  out.fill(coefficients[0]!, 0, lanes);
  for (let k = 1; k < coefficients.length; k++) horner(out, t, coefficients[k]!, lanes);
}

function horner(out: Float64Array, t: Float64Array, c: number, lanes: number): void {
  for (let i = 0; i < lanes; i++) out[i] = fma32(out[i]!, t[i]!, c);
}

const LOG = Float32Array.of(
  7.0376836292e-2,
  -1.151461031e-1,
  1.167699874e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
);
const LN2_HIGH = 0.693359375;
const LN2_LOW = fround(-2.1219444e-4);
const SQRT_HALF_BITS = 0x3f3504f3;
const narrow = new Float32Array(1);
const bits = new Int32Array(narrow.buffer);

/** Writes r = √(−2 log(1 − u)) over the first number u of every lane. */
function radii(batch: Float32Array): void {
  const lanes = batch.length / 2;
  // 1 − u = 2^e m with m in [√½, √2), and log(1 − u) = e log 2 + log(1 + x) with x = m − 1.
  for (let i = 0; i < lanes; i++) {
    narrow[0] = 1 - batch[placeOf(i)]!;
    const e = (bits[0]! - SQRT_HALF_BITS) >> 23;
    bits[0]! -= e << 23;
    whole[i] = e;
    x[i] = narrow[0] - 1;
    z[i] = fround(x[i]! * x[i]!);
  }
  polynomial(p, x, LOG, lanes);
  for (let i = 0; i < lanes; i++) {
    const e = whole[i]!;
    const low = fma32(fround(p[i]! * x[i]!), z[i]!, fround(e * LN2_LOW));
    const rest = fround(x[i]! + fma32(-0.5, z[i]!, low));
    // e has five bits and the high part of log 2 ten: float64 holds the sum exactly before it is rounded.
    batch[placeOf(i)] = Math.sqrt(fround(-2 * fround(e * LN2_HIGH + rest)));
  }
}

const SIN = Float32Array.of(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1);
const COS = Float32Array.of(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2);
const TWO_PI = fround(2 * Math.PI);
const FOUR_OVER_PI = fround(4 / Math.PI);
const QUARTER_PI_1 = 0.78515625;
const QUARTER_PI_2 = 2.4187564849853516e-4;
const QUARTER_PI_3 = fround(3.774894977445941e-8);

/** Writes r·cos 2πu and r·sin 2πu over the numbers r and u of every lane. */
function angles(batch: Float32Array): void {
  const lanes = batch.length / 2;
  for (let i = 0; i < lanes; i++) {
    const theta = fround(TWO_PI * batch[placeOf(i) + 8]!);
    // The nearest even number of octants; what is left is in [−π/4, π/4]. The products are exact in float64.
    const octant = (Math.trunc(fround(theta * FOUR_OVER_PI)) + 1) & ~1;
    const left = fround(fround(theta - octant * QUARTER_PI_1) - octant * QUARTER_PI_2);
    x[i] = fround(left - octant * QUARTER_PI_3);
    z[i] = fround(x[i]! * x[i]!);
    whole[i] = octant;
  }
  polynomial(p, z, COS, lanes);
  polynomial(q, z, SIN, lanes);
  for (let i = 0; i < lanes; i++) {
    const c = fround(fma32(z[i]!, fround(p[i]! * z[i]!), fround(-0.5 * z[i]!)) + 1);
    const s = fma32(x[i]!, fround(q[i]! * z[i]!), x[i]!);
    // In every other quadrant the polynomials change places. No branch: octants are random, so it would be mispredicted.
    const octant = whole[i]!;
    const swap = (octant & 2) << 2;
    const place = placeOf(i);
    const r = batch[place]!;
    batch[place + swap] = r * c * (1 - ((octant & 4) >> 1));
    batch[place + 8 - swap] = r * s * (1 - (((octant + 2) & 4) >> 1));
  }
}

/** As {@link boxMuller32}, in float64 with the C library's log, sin and cos. */
export function boxMuller64(data: Float64Array, start: number, end: number, mean: number, std: number): void {
  for (let i = start; i < end; i += BLOCK) {
    for (let j = i; j < i + 8; j++) {
      const r = Math.sqrt(-2 * log(1 - data[j]!));
      const theta = 2 * Math.PI * data[j + 8]!;
      data[j] = scaled(r * cos(theta), mean, std);
      data[j + 8] = scaled(r * sin(theta), mean, std);
    }
  }
}

/** normal·std + mean, rounded once. */
export function scaled(normal: number, mean: number, std: number): number {
  return mean === 0 ? normal * std + 0 : fma64(normal, std, mean);
}
