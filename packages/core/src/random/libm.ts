import { fma64, productError } from './fma.ts';
import { LOG_INTERVALS, LOGARITHMS, RECIPROCALS } from './log-table.ts';

/*
 * log, sin and cos to the last bit of glibc's (2.28 and later, on processors with fused multiply-add), because the
 * draws of PyTorch and NumPy are made of them and JavaScript engines round them differently.
 *
 * Each result is `head + tail` with a small tail. The tail is first evaluated in plain arithmetic; only where its
 * error could change the sum is it evaluated again as glibc does, fused.
 */
type MultiplyAdd = (a: number, b: number, c: number) => number;
const plain: MultiplyAdd = (a, b, c) => a * b + c;

const LN2_HIGH = 0.6931471805598903;
const LN2_LOW = 5.497923018708371e-14;

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/** Natural logarithm of a normal x > 0 (error below 0.52 ulp). */
export function log(x: number): number {
  if (x >= 0.9375 && x < 1.064697265625) return logNearOne(x);
  // x = 2^k z with z in [0.6875, 1.375), and c near the center of z's interval: log x = k log 2 + log c + log(z/c).
  float[0] = x;
  const offset = words[1]! - 0x3fe60000;
  const k = offset >> 20;
  const i = (offset >>> 13) % LOG_INTERVALS;
  words[1]! -= k << 20;
  const z = float[0];
  const ratio = z * RECIPROCALS[i]!;
  const r = ratio - 1 + productError(z, RECIPROCALS[i]!, ratio);
  const base = k * LN2_HIGH + LOGARITHMS[i]!;
  const head = base + r;
  const lost = base - head + r;
  const tail = logTail(plain, r, k, lost);
  return isSettled(head, tail, 2 ** -66) ? head + tail : head + logTail(fma64, r, k, lost);
}

function logTail(fma: MultiplyAdd, r: number, k: number, lost: number): number {
  const r2 = r * r;
  const low = fma(r, -0.2499999999622955, 0.33333333331825593);
  const high = fma(r, -0.16667054827627667, 0.20000304511814496);
  return fma(r * r2, fma(high, r2, low), fma(r2, -0.5000000000000001, fma(k, LN2_LOW, lost)));
}

function logNearOne(x: number): number {
  const r = x - 1;
  const scaled = r * 2 ** 27;
  const rHigh = r + scaled - scaled;
  const square = -0.5 * rHigh * rHigh;
  const head = r + square;
  const lost = r - head + square;
  const tail = logNearOneTail(plain, r, rHigh, lost);
  const slack = (Math.abs(tail) + Math.abs(lost)) * 2 ** -49;
  return isSettled(head, tail, slack) ? head + tail : head + logNearOneTail(fma64, r, rHigh, lost);
}

function logNearOneTail(fma: MultiplyAdd, r: number, rHigh: number, lost: number): number {
  const r2 = r * r;
  const r3 = r * r2;
  const low = fma(r2, 0.19999999999320328, fma(r, -0.24999999999998432, 0.3333333333333352));
  const middle = fma(r2, -0.12499997863982555, fma(r, 0.14285715076560868, -0.16666666669929706));
  const high = fma(r2, 0.09181994006195467, fma(r, -0.10000486757818193, 0.11110712032936046));
  const series = fma(fma(fma(r3, -0.08328363062289341, high), r3, middle), r3, low);
  return fma(series, r3, fma(-0.5 * (r - rHigh), rHigh + r, lost));
}

/** Whether every tail within `slack` of `tail` gives the same sum. */
function isSettled(head: number, tail: number, slack: number): boolean {
  return head + (tail - slack) === head + (tail + slack);
}

const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;

/** sin x for 0 ≤ x ≤ 2π (error below 0.55 ulp). */
export function sin(x: number): number {
  if (x < 0.85546875) return sinNear(x, 0);
  if (x < MIDDLE) return cosNear(HALF_PI - x, HALF_PI_LOW);
  const quadrant = reduce(x);
  const value = quadrant % 2 === 0 ? sinNear(reduced, reducedLow) : cosNear(reduced, reducedLow);
  return quadrant === 4 ? value : -value;
}

/** cos x for 0 ≤ x ≤ 2π (error below 0.55 ulp). */
export function cos(x: number): number {
  if (x < 0.85546875) return cosNear(x, 0);
  if (x < MIDDLE) {
    const high = HALF_PI - x;
    const a = high + HALF_PI_LOW;
    return sinNear(a, high - a + HALF_PI_LOW);
  }
  const quadrant = reduce(x);
  const value = quadrant % 2 === 0 ? cosNear(reduced, reducedLow) : sinNear(reduced, reducedLow);
  return quadrant === 2 ? -value : value;
}

/** Where reduction begins: the float64 with high word 0x400368fd. */
const MIDDLE = 2.4262638092041016;
let reduced = 0;
let reducedLow = 0;

/**
 * Writes x − nπ/2 into `reduced` and `reducedLow` and returns n, the integer nearest to 2x/π. π/2 is subtracted in
 * four parts; n times a part is exact, or rounded far below the last bit that is kept.
 */
function reduce(x: number): number {
  const n = x < 3.9269908169872414 ? 2 : x < 5.497787143782138 ? 3 : 4;
  const y = x - n * 1.5707963407039642 + n * 1.3909067564377153e-8;
  const t = y + n * 4.97899623147991e-17;
  reduced = t + n * 1.9034889620193266e-25;
  reducedLow = y - t + n * 4.97899623147991e-17 + (t - reduced + n * 1.9034889620193266e-25);
  return n;
}

/** Added to a number in [0, 1), leaves the nearest multiple of 1/128. */
const TO_STEP = 1.5 * 2 ** 45;

/** sin(x + dx) for |x| < 0.86 and a dx below its last bit. */
function sinNear(x: number, dx: number): number {
  const size = Math.abs(x);
  if (size < 0.126) {
    const tail = sinSeries(plain, x, dx);
    const slack = (Math.abs(tail) + Math.abs(dx)) * 2 ** -50;
    return x + (isSettled(x, tail, slack) ? tail : sinSeries(fma64, x, dx));
  }
  const k = size + TO_STEP - TO_STEP;
  const head = table.sin[k * 128]!;
  const signed = x > 0 ? dx : -dx;
  const tail = sinTail(plain, size - k, signed, k * 128);
  const value = head + (isSettled(head, tail, 2 ** -59) ? tail : sinTail(fma64, size - k, signed, k * 128));
  return x > 0 ? value : -value;
}

/** cos(x + dx) for |x| < 0.86 and a dx below its last bit. */
function cosNear(x: number, dx: number): number {
  const size = Math.abs(x);
  const k = size + TO_STEP - TO_STEP;
  const head = table.cos[k * 128]!;
  const rest = size - k + (x < 0 ? -dx : dx);
  const tail = cosTail(plain, rest, k * 128);
  return head + (isSettled(head, tail, 2 ** -59) ? tail : cosTail(fma64, rest, k * 128));
}

/** sin(x + dx) − x by Taylor's series. */
function sinSeries(fma: MultiplyAdd, x: number, dx: number): number {
  const xx = x * x;
  let s = fma(xx, -2.5022014848318398e-8, 2.755729806860771e-6);
  s = fma(s, xx, -0.00019841269834414642);
  s = fma(s, xx, 0.008333333333332329);
  s = fma(s, xx, -0.16666666666666666);
  return fma(xx, fma(s, x, -0.5 * dx), dx);
}

/** sin(k/128 + x + dx) − sin(k/128), by the addition theorem. */
function sinTail(fma: MultiplyAdd, x: number, dx: number, k: number): number {
  const xx = x * x;
  const s = x + fma(x * xx, fma(xx, SIN_5, SIN_3), dx);
  const c = fma(x, dx, xx * fma(xx, fma(xx, COS_6, COS_4), 0.5));
  return fma(s, table.cos[k]!, fma(-c, table.sin[k]!, fma(s, table.cosLow[k]!, table.sinLow[k]!)));
}

/** cos(k/128 + x) − cos(k/128), by the addition theorem. */
function cosTail(fma: MultiplyAdd, x: number, k: number): number {
  const xx = x * x;
  const s = fma(x * xx, fma(xx, SIN_5, SIN_3), x);
  const c = xx * fma(xx, fma(xx, COS_6, COS_4), 0.5);
  return fma(-s, table.sin[k]!, fma(-c, table.cos[k]!, fma(-s, table.sinLow[k]!, table.cosLow[k]!)));
}

const SIN_3 = -0.16666666666666488;
const SIN_5 = 0.008333332142857223;
const COS_4 = -0.04166666666666644;
const COS_6 = 0.001388888740079376;

/** sin and cos of k/128 for k up to 110, each as the nearest float64 and the float64 nearest to what that lost. */
const table = sincosTable(111);

function sincosTable(length: number): Record<'sin' | 'sinLow' | 'cos' | 'cosLow', Float64Array> {
  const column = () => new Float64Array(length);
  const columns = { sin: column(), sinLow: column(), cos: column(), cosLow: column() };
  // Fixed point with 128 fractional bits, in which k/128 is exact.
  const split = (value: bigint, high: Float64Array, low: Float64Array, k: number): void => {
    high[k] = Number(value) * 2 ** -128;
    low[k] = Number(value - BigInt(high[k]! * 2 ** 128)) * 2 ** -128;
  };
  for (let k = 0; k < length; k++) {
    const x = BigInt(k) << 121n;
    let sin = 0n;
    let cos = 0n;
    for (let n = 0n, term = 1n << 128n; term !== 0n; n += 2n) {
      cos += term;
      term = ((term * x) >> 128n) / (n + 1n);
      sin += term;
      term = ((-term * x) >> 128n) / (n + 2n);
    }
    split(sin, columns.sin, columns.sinLow, k);
    split(cos, columns.cos, columns.cosLow, k);
  }
  return columns;
}
