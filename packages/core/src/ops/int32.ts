import type { Backend, Operand, View } from '../backend/backend.ts';
import { integerRange } from '../dtype.ts';
import { numel, type Shape } from '../shape.ts';
import { allocateAny, contiguous, copyInto, discard, isView, launch } from './launch.ts';

/*
 * There is no wider integer than int32, so what leaves its range would be a wrong number: it is an error instead. Results are checked
 * against the same computation in float64, whose rounding is far below 1 there.
 */

const [least, greatest] = integerRange.int32;

/** Throws `ArgumentError` unless every element of a float64 view fits int32; takes the view's memory. */
function assertFits(op: string, wide: View): void {
  launch('assertRange', [], [wide], {
    low: least - 0.5,
    high: greatest + 0.5,
    except: Number.NaN,
    expected: `${op}: expected a result that fits int32`,
    rest: '; compute in floats',
  });
  wide.storage.release();
}

/**
 * Checks the result of an operation on int32: `compute` does it once more, from float64 copies of the inputs into a float64 output of
 * this shape.
 */
export function checkInt32(
  op: string,
  backend: Backend,
  shape: Shape,
  inputs: readonly Operand[],
  compute: (out: View, inputs: readonly Operand[]) => void,
): void {
  if (numel(shape) === 0) return;
  const wide = inputs.map((input) =>
    isView(input) ? copyInto(allocateAny(backend, 'float64', input.shape), input) : input,
  );
  const out = allocateAny(backend, 'float64', shape);
  compute(out, wide);
  for (const view of wide) if (isView(view)) view.storage.release();
  assertFits(op, out);
}

/** Throws `ArgumentError` unless every element of an int32 view lies in [low, high], from where an operation's results fit int32. */
export function assertOperands(op: string, view: View, low: number, high: number): void {
  const x = contiguous(view);
  const [from, to] = [Math.max(low, least), Math.min(high, greatest)];
  if (from > least || to < greatest) {
    launch('assertRange', [], [x], {
      low: from,
      high: to,
      except: Number.NaN,
      expected: `${op}: expected elements in [${from}, ${to}], so that the result fits int32`,
      rest: '; compute in floats',
    });
  }
  discard(x, view);
}
