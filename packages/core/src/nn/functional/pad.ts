import { assertChoice, assertNumber, assertTensor, listArgument } from '../../arguments.ts';
import { formatShape, ShapeError } from '../../errors.ts';
import type { Tensor } from '../../tensor.ts';
import { type BorderMode, padAxis } from './border.ts';

/** Where the elements of a border come from; see {@link pad}. */
export type PadMode = 'constant' | BorderMode;

const modes: readonly PadMode[] = ['constant', 'reflect', 'replicate', 'circular'];

/** An axis with borders of other modes than `constant`; what a crop leaves is what a circular border is taken from. */
function bordered(x: Tensor, axis: number, before: number, after: number, mode: BorderMode): Tensor {
  const size = x.shape[axis]!;
  const length = size + before + after;
  if (size === 0 || length < 1) {
    throw new ShapeError(
      `pad: expected padding of mode '${mode}' that leaves elements along dim ${axis}, got ${formatShape([before, after])} for size ${size}`,
    );
  }
  const borders = [Math.max(0, before), Math.max(0, after)] as const;
  if (mode === 'circular') {
    const left = size + Math.min(0, before) + Math.min(0, after);
    return padAxis('pad', x.narrow(axis, Math.max(0, -before), left), axis, borders, mode);
  }
  return padAxis('pad', x, axis, borders, mode).narrow(axis, Math.max(0, -before), length);
}

/**
 * A border around the last axes. `padding` has pairs [before, after] for the last axis, then the one before it, and so on; negative sizes
 * crop.
 *
 * | mode | the border |
 * |---|---|
 * | `constant` (default) | `value`, 0 by default, around any axes |
 * | `reflect` | the elements mirrored at the outermost one: `c b [a b c] b a` |
 * | `replicate` | the outermost element: `a a [a b c] c c` |
 * | `circular` | the elements of the other end, of what a crop leaves: `b c [a b c] a b` |
 *
 * All modes but `constant` are for one axis of [C, L] or [N, C, L] and two axes of [C, H, W] or [N, C, H, W]. `pad(x, padding, 7)` is
 * short for the mode `constant` with the value 7.
 *
 * @throws {ShapeError} for another rank, and where the border is wider than the mode can fill: from the size on for `reflect`, beyond it
 * for `circular`.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.pad.html
 */
export function pad(
  input: Tensor,
  padding: readonly number[],
  mode: PadMode | number = 'constant',
  value = typeof mode === 'number' ? mode : 0,
): Tensor {
  assertTensor('pad', 'input', input);
  if (typeof mode === 'number' || mode === 'constant') return input.pad(padding, value);
  assertChoice('pad', 'mode', mode, modes);
  listArgument('pad', 'padding', padding);
  assertNumber('pad', 'value', value);
  const axes = padding.length / 2;
  const batched = input.ndim - axes;
  if ((axes !== 1 && axes !== 2) || (batched !== 1 && batched !== 2)) {
    throw new ShapeError(
      `pad: expected 2 numbers for [C, L] or [N, C, L], or 4 for [C, H, W] or [N, C, H, W], got ${formatShape(padding)} for shape ${formatShape(input.shape)}`,
    );
  }
  let result = input;
  for (let pair = 0; pair < axes; pair++) {
    result = bordered(result, input.ndim - 1 - pair, padding[2 * pair]!, padding[2 * pair + 1]!, mode);
  }
  return result.storage === input.storage ? result.clone() : result;
}
