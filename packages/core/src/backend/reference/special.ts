/** erf x for |x| < 2 by its Maclaurin series 2/√π Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)), summed as e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n + 1)!!. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** 1 − erf x for x ≥ 2 by the continued fraction e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))), from the tail up. */
function erfcFraction(x: number): number {
  let tail = x;
  for (let n = 120; n >= 1; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
}

/**
 * The error function, to about 1e-15.
 *
 * Source: https://dlmf.nist.gov/7.6 (series), https://dlmf.nist.gov/7.9 (continued fraction)
 */
export function erf(x: number): number {
  if (x === 0 || Number.isNaN(x)) return x;
  if (Math.abs(x) < 2) return erfSeries(x);
  if (Math.abs(x) > 6) return Math.sign(x);
  return Math.sign(x) * (1 - erfcFraction(Math.abs(x)));
}

const [a0, a1, a2, a3] = [0.886226899, -1.645349621, 0.914624893, -0.140543331];
const [b0, b1, b2, b3] = [-2.118377725, 1.442710462, -0.329097515, 0.012229801];
const [c0, c1, c2, c3] = [-1.970840454, -1.624906493, 3.429567803, 1.641345311];
const [d0, d1] = [3.5438892, 1.6370678];

/** The inverse of the error function to about 1e-8: rational functions of y², and of √(−ln ½(1 − |y|)) from 0.7 on. */
function roughErfinv(y: number): number {
  const size = Math.abs(y);
  if (size <= 0.7) {
    const z = y * y;
    return (y * (((a3 * z + a2) * z + a1) * z + a0)) / ((((b3 * z + b2) * z + b1) * z + b0) * z + 1);
  }
  const z = Math.sqrt(-Math.log((1 - size) / 2));
  return (Math.sign(y) * (((c3 * z + c2) * z + c1) * z + c0)) / ((d1 * z + d0) * z + 1);
}

/** The inverse of {@link erf}: two steps of Newton's method from a rational approximation, as in PyTorch. NaN for |y| > 1. */
export function erfinv(y: number): number {
  const size = Math.abs(y);
  if (y === 0 || !(size < 1)) return size === 1 ? y * Number.POSITIVE_INFINITY : y === 0 ? y : Number.NaN;
  const step = (x: number): number => x - (erf(x) - y) / ((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x));
  return step(step(roughErfinv(y)));
}

const differInSign = (a: number, b: number): boolean => a < 0 !== b < 0;

/** What is left of a after a whole number of b, with the sign of b. */
export function floorRemainder(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && differInSign(rest, b) ? rest + b : rest;
}

/** ⌊a / b⌋ of the exact quotient. */
export function floorQuotient(a: number, b: number): number {
  if (b === 0) return a / b;
  const rest = a % b;
  const quotient = (a - rest) / b - Number(rest !== 0 && differInSign(rest, b));
  // The difference and the quotient were rounded: the result is the nearest integer.
  return quotient === 0 ? (a / b) * 0 : roundHalfEven(quotient);
}

/** The nearest integer; halves go to the even one. Keeps −0, NaN and infinities. */
export function roundHalfEven(x: number): number {
  const size = Math.abs(x);
  if (!(size < 2 ** 52)) return x;
  const nearest = Math.round(size);
  const even = nearest - size === 0.5 && nearest % 2 === 1 ? nearest - 1 : nearest;
  return x < 0 || Object.is(x, -0) ? -even : even;
}
