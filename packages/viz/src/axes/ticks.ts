/** Where an axis carries numbers, and how far apart they are. */
export interface Ticks {
  readonly values: readonly number[];
  /** Distance of two neighbours; `undefined` on a logarithmic axis, where it grows. */
  readonly step: number | undefined;
}

/** 1, 2 or 5 times a power of ten, such that about `count` steps make up the span; never less than `least`. */
export function niceStep(min: number, max: number, count: number, least = 0): number {
  const rough = (max - min) / Math.max(1, count);
  const power = powerOfTen(Math.floor(Math.log10(rough)));
  const lead = rough / power;
  return Math.max(least, power * (lead <= 1 + 1e-9 ? 1 : lead <= 2 + 1e-9 ? 2 : lead <= 5 + 1e-9 ? 5 : 10));
}

/** The multiples of `step` between `min` and `max`. */
export function linearTicks(min: number, max: number, step: number): Ticks {
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  // Numbers that differ after the eleventh digit only: multiples of their step are indistinguishable.
  if (!(Math.max(Math.abs(first), Math.abs(last)) < 1e11)) return { values: [min, max], step: max - min };
  const values: number[] = [];
  for (let i = first; i <= last; i++) values.push(multiple(i, step));
  return { values, step };
}

/** The span widened to multiples of `step`. */
export function linearDomain(min: number, max: number, step: number): [min: number, max: number] {
  const low = multiple(Math.floor(min / step + 1e-9), step);
  const high = multiple(Math.ceil(max / step - 1e-9), step);
  return Number.isFinite(low) && Number.isFinite(high)
    ? [Math.min(low, min), Math.max(high, max)]
    : [min, max];
}

/**
 * Powers of ten between `min` and `max` (> 0); every second, third, … of them where they are too many; the values
 * 1, 2, 5 times a power of ten, or linear ticks, where the span is too small for powers alone.
 */
export function logTicks(min: number, max: number, count: number): Ticks {
  const low = Math.ceil(Math.log10(min) - 1e-9);
  const high = Math.floor(Math.log10(max) + 1e-9);
  const decades = high - low + 1;
  if (decades >= 3 || (decades === 2 && count < 4)) {
    const stride = Math.max(1, Math.ceil((decades - 1) / Math.max(1, count - 1)));
    const values: number[] = [];
    for (let exponent = high; exponent >= low; exponent -= stride) values.unshift(powerOfTen(exponent));
    return { values, step: undefined };
  }
  const values = oneTwoFive(min, max);
  return values.length >= 3 ? { values, step: undefined } : linearTicks(min, max, niceStep(min, max, count));
}

/** The span of positive numbers widened to the next 1, 2 or 5 times a power of ten. */
export function logDomain(min: number, max: number): [min: number, max: number] {
  const low = oneTwoFive(powerOfTen(Math.floor(Math.log10(min))), min * (1 + 1e-9)).at(-1);
  const high = oneTwoFive(max * (1 - 1e-9), powerOfTen(Math.ceil(Math.log10(max)) + 1)).at(0);
  return [low ?? min, high !== undefined && Number.isFinite(high) ? high : max];
}

/** i·step without the dust of binary fractions: 3 · 0.1 is 0.3. */
function multiple(i: number, step: number): number {
  return i === 0 ? 0 : Number((i * step).toPrecision(12));
}

function oneTwoFive(min: number, max: number): number[] {
  const values: number[] = [];
  for (let exponent = Math.floor(Math.log10(min)); exponent <= Math.ceil(Math.log10(max)); exponent++) {
    for (const lead of [1, 2, 5]) {
      const value = Number(`${lead}e${exponent}`);
      if (value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9)) values.push(value);
    }
  }
  return values;
}

/** 10^exponent, rounded once (`10 ** -5` is not 1e-5). */
function powerOfTen(exponent: number): number {
  return Number(`1e${exponent}`);
}
