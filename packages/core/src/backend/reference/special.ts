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

/** The nearest integer; halves go to the even one. Keeps −0, NaN and infinities. */
export function roundHalfEven(x: number): number {
  const size = Math.abs(x);
  if (!(size < 2 ** 52)) return x;
  const nearest = Math.round(size);
  const even = nearest - size === 0.5 && nearest % 2 === 1 ? nearest - 1 : nearest;
  return x < 0 || Object.is(x, -0) ? -even : even;
}
