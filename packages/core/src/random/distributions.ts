import { ArgumentError } from '../errors.ts';
import { BLOCK, boxMuller32, boxMuller64, scaled } from './box-muller.ts';
import { fma32, fma64 } from './fma.ts';
import type { Generator } from './generator.ts';
import { cos, sin } from './libm.ts';
import { log1p } from './log1p.ts';

/*
 * Each function fills an array with the numbers that PyTorch's method of the same name in place gives a contiguous
 * tensor of the array's dtype, and leaves the generator where PyTorch leaves it. It returns the array.
 */

const fround = Math.fround;

/**
 * Uniform numbers in [from, to): u·(to − from) + from with u a multiple of 2⁻²⁴ (float32) or 2⁻⁵³ (float64).
 *
 * Takes one word for each float32, two for each float64. Where rounding gives `to` itself, the number is `from`.
 *
 * @throws ArgumentError unless from ≤ to and both fit the dtype.
 * @see https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.uniform_.html
 */
export function fillUniform<T extends Float32Array | Float64Array>(
  out: T,
  generator: Generator,
  from = 0,
  to = 1,
): T {
  const round = out instanceof Float32Array ? fround : Number;
  const low = round(from);
  const high = round(to);
  const width = round(high - low);
  if (!(from <= to) || !Number.isFinite(width)) {
    throw new ArgumentError(`uniform: expected finite from <= to, got from=${from} and to=${to}`);
  }
  if (out instanceof Float32Array) {
    for (let i = 0; i < out.length; i++) {
      const u = unit32(generator);
      const value = low === 0 ? fround(u * width) : fma32(u, width, low);
      out[i] = value === high ? low : value;
    }
  } else {
    for (let i = 0; i < out.length; i++) {
      const u = unit64(generator);
      const value = low === 0 ? u * width : fma64(u, width, low);
      out[i] = value === high ? low : value;
    }
  }
  return out;
}

/**
 * Normal numbers with the given mean and standard deviation.
 *
 * PyTorch has two algorithms. Below 16 numbers it makes pairs in float64, r·cos θ and r·sin θ with r = √(−2 log1p(−u₂))
 * and θ = 2πu₁, and keeps the second of a pair in the generator for the next such call, whatever its dtype. From 16 on
 * it draws all uniform numbers first and transforms them in blocks of 16, in the array's own precision; when the length
 * is no multiple of 16, it draws 16 more for the last 16 places, over what was there.
 *
 * @throws ArgumentError unless std ≥ 0.
 * @see https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.normal_.html
 */
export function fillNormal<T extends Float32Array | Float64Array>(
  out: T,
  generator: Generator,
  mean = 0,
  std = 1,
): T {
  if (!(std >= 0)) throw new ArgumentError(`normal: expected std >= 0, got ${std}`);
  if (out.length < BLOCK) {
    for (let i = 0; i < out.length; i++) out[i] = scaled(pairedNormal(generator), mean, std);
    return out;
  }
  fillUniform(out, generator);
  const whole = out.length - (out.length % BLOCK);
  transform(out, 0, whole, mean, std);
  if (whole < out.length) {
    const last = out.length - BLOCK;
    fillUniform(out.subarray(last), generator);
    transform(out, last, out.length, mean, std);
  }
  return out;
}

function transform(
  data: Float32Array | Float64Array,
  start: number,
  end: number,
  mean: number,
  std: number,
): void {
  if (data instanceof Float32Array) boxMuller32(data, start, end, fround(mean), fround(std));
  else boxMuller64(data, start, end, mean, std);
}

/** One standard normal number by the algorithm for few numbers. */
function pairedNormal(generator: Generator): number {
  const cached = generator.cachedNormal;
  if (cached !== undefined) {
    generator.cachedNormal = undefined;
    return cached;
  }
  const theta = 2 * Math.PI * unit64(generator);
  const r = Math.sqrt(-2 * log1p(-unit64(generator)));
  generator.cachedNormal = r * sin(theta);
  return r * cos(theta);
}

/**
 * Zeros and ones, one with probability p: 1 where u < p.
 *
 * A scalar p is compared with a float64 u (two words a number), as dropout does whatever its dtype. An array of p gives
 * one probability for each place, and u has the precision of that array.
 *
 * @throws ArgumentError unless 0 ≤ p ≤ 1 and an array of p is as long as `out`.
 * @see https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.bernoulli_.html
 */
export function fillBernoulli<T extends Float32Array | Float64Array | Int32Array | Uint8Array>(
  out: T,
  generator: Generator,
  p: number | Float32Array | Float64Array,
): T {
  if (typeof p === 'number') {
    checkProbability(p);
    for (let i = 0; i < out.length; i++) out[i] = unit64(generator) < p ? 1 : 0;
    return out;
  }
  if (p.length !== out.length) {
    throw new ArgumentError(`bernoulli: expected ${out.length} probabilities, got ${p.length}`);
  }
  p.forEach(checkProbability);
  const unit = p instanceof Float32Array ? unit32 : unit64;
  for (let i = 0; i < out.length; i++) out[i] = unit(generator) < p[i]! ? 1 : 0;
  return out;
}

function checkProbability(p: number): void {
  if (!(p >= 0 && p <= 1)) throw new ArgumentError(`bernoulli: expected a probability in [0, 1], got ${p}`);
}

/** A multiple of 2⁻²⁴ in [0, 1), from the low bits of one word. */
function unit32(generator: Generator): number {
  return (generator.random() & 0xffffff) * 2 ** -24;
}

/** A multiple of 2⁻⁵³ in [0, 1), from the low bits of two words, the upper word first. */
function unit64(generator: Generator): number {
  const upper = (generator.random() & 0x1fffff) * 2 ** 32;
  return (upper + generator.random()) * 2 ** -53;
}
