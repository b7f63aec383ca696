import type { Operand } from '../backend/backend.ts';
import { ArgumentError } from '../errors.ts';
import { numel } from '../shape.ts';
import { allocate, isView, launch } from './launch.ts';

/** Throws `ArgumentError` where integers would be divided by 0. */
export function assertDivisor(op: string, divisor: Operand): void {
  const expected = `${op}: expected integers other than 0 to divide by`;
  if (!isView(divisor)) {
    if (divisor === 0) throw new ArgumentError(`${expected}, got 0`);
    return;
  }
  if (numel(divisor.shape) === 0) return;
  const size = allocate(divisor.storage.backend, divisor.dtype, divisor.shape);
  launch('unary', [size], [divisor], { op: 'sign', parameters: [] });
  launch('unary', [size], [size], { op: 'abs', parameters: [] });
  launch('assertRange', [], [size], { low: 1, high: 1, except: Number.NaN, expected, rest: '' });
  size.storage.release();
}
