/*
 * Options as PyTorch prints them in a module's text, which is Python's notation.
 */

export const pythonBool = (value: boolean): string => (value ? 'True' : 'False');

/** The shortest text that reads back to the float, as Python's `repr` writes it: `1.0`, `0.1`, `1e-05`. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 16) return Number.isInteger(value) ? `${value}.0` : String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** `(5,)`, `(3, 5)`. */
export const pythonTuple = (values: readonly (number | string)[]): string =>
  values.length === 1 ? `(${values[0]},)` : `(${values.join(', ')})`;

/** `2`, `(2, 3)`, `(None, 3)`. */
export const pythonSize = (size: number | null | readonly (number | null)[]): string => {
  const one = (value: number | null): string => (value === null ? 'None' : String(value));
  if (typeof size === 'number' || size === null) return one(size);
  return pythonTuple(size.map(one));
};
