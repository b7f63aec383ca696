const units = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/**
 * A number in few characters: `0.0012`, `3.14`, `12.5k`, `2M`, `1e-7`.
 *
 * @param digits number of significant digits. Default 4
 */
export function shortNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return exponential(value, digits - 1);
  if (size >= 1e4) {
    const [unit, suffix] = units.find(([unit]) => size >= unit)!;
    return `${Number((value / unit).toPrecision(digits))}${suffix}`;
  }
  return String(Number(value.toPrecision(digits)));
}

/**
 * One way of writing all numbers of an axis: the same unit and as many decimals as the step needs, so that they read
 * as a column (`0.0 0.5 1.0`, `0 5k 10k`, `9.98 10.00 10.02`).
 *
 * @param step distance of two ticks; without one (a logarithmic axis) each number is written by itself
 */
export function tickLabel(ticks: readonly number[], step: number | undefined): (value: number) => string {
  if (step === undefined || !Number.isFinite(step) || !(step > 0)) return (value) => shortNumber(value);
  const size = Math.max(...ticks.map(Math.abs));
  if (size >= 1e15 || size < 1e-4 || step < 1e-6) {
    const digits = Math.max(0, Math.floor(Math.log10(size)) - Math.floor(Math.log10(step) + 1e-9));
    return (value) => (value === 0 ? '0' : exponential(value, Math.min(digits, 12)));
  }
  if (size >= 1e4) {
    const unit = units.find(([unit]) => size >= unit && decimalsOf(step / unit) <= 2);
    if (unit)
      return (value) =>
        value === 0 ? '0' : `${(value / unit[0]).toFixed(decimalsOf(step / unit[0]))}${unit[1]}`;
  }
  const decimals = decimalsOf(step);
  return (value) => value.toFixed(decimals);
}

/** Decimals that a multiple of `step` needs; a step has one leading digit, so 0.25 counts as 0.2. */
function decimalsOf(step: number): number {
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
}

function exponential(value: number, decimals: number): string {
  const [mantissa, exponent] = value.toExponential(decimals).split('e');
  return `${Number(mantissa)}e${exponent!.replace('+', '')}`;
}
