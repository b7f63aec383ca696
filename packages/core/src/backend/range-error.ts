import { ArgumentError } from '../errors.ts';
import type { Range } from './kernels.ts';

/** The error of a value that is not in a range. */
export const rangeError = ({ expected, rest }: Range, value: number, position: number): ArgumentError =>
  new ArgumentError(`${expected}, got ${value} at element ${position}${rest}`);
