import type { Undrawable } from '../text/chart-texts.ts';

/** One plain column of numbers: an array or a typed array. */
export type Column = ArrayLike<number>;

const largest = 1e300;

/**
 * Whether a chart has a place for the value. NaN and ±Infinity have none, nor has what is beyond ±1e300: the span of
 * two such values is no double. What is no number, as the `null` that JSON has for NaN, is a value that is missing.
 */
export function isDrawable(value: number): boolean {
  return typeof value === 'number' && Math.abs(value) <= largest;
}

/** Why a value has no place in a chart. */
export function undrawable(value: number): Undrawable {
  if (typeof value !== 'number') return 'missing';
  return Number.isFinite(value) ? 'beyond' : 'notFinite';
}

/** The same for a logarithmic axis, where zero and what is below have no place either. */
export function isLogDrawable(value: number): boolean {
  return typeof value === 'number' && value >= 1 / largest && value <= largest;
}

/** Throws unless `column` has `length` values; `name` and `against` name both columns in the message. */
export function expectLength(
  where: string,
  name: string,
  column: Column,
  length: number,
  against: string,
): void {
  if (column.length !== length) {
    throw new RangeError(
      `${where}: expected ${name} to have as many values as ${against} (${length}), got ${column.length}`,
    );
  }
}

/** Smallest and largest drawable value, or `undefined` where there is none. */
export function extent(column: Column): [min: number, max: number] | undefined {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    if (!isDrawable(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? [min, max] : undefined;
}
