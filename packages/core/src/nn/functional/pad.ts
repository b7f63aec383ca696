import { assertChoice, assertNumber, assertTensor, listArgument } from '../../arguments.ts';
import { formatShape, ShapeError } from '../../errors.ts';
import { indexTensor } from '../../tensor/index-tensor.ts';
import type { Tensor } from '../../tensor.ts';

/** Where the elements of a border come from; see {@link pad}. */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

interface Border {
  /** The position on an axis that `at`, which may lie outside, is a copy of. */
  readonly source: (at: number, size: number, before: number, after: number) => number;
  /** The widest border of an axis. */
  readonly most: (size: number) => number;
}

const borders: { readonly [M in Exclude<PadMode, 'constant'>]: Border } = {
  reflect: {
    source: (at, size) => (at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at),
    most: (size) => size - 1,
  },
  replicate: {
    source: (at, size) => Math.min(Math.max(at, 0), size - 1),
    most: () => Number.MAX_SAFE_INTEGER,
  },
  circular: {
    source: (at, size, before, after) => {
      const start = Math.max(0, -before);
      const left = size - start - Math.max(0, -after);
      return start + ((((at - start) % left) + left) % left);
    },
    most: (size) => size,
  },
};

function padAxis(x: Tensor, axis: number, before: number, after: number, mode: keyof typeof borders): Tensor {
  if (before === 0 && after === 0) return x;
  const { source, most } = borders[mode];
  const size = x.shape[axis]!;
  const length = size + before + after;
  if (size === 0 || length < 1 || Math.max(before, after) > most(size)) {
    const limit = mode === 'replicate' ? '' : ` of at most ${most(size)}`;
    throw new ShapeError(
      `pad: expected ${mode} padding${limit} for size ${size} of dim ${axis} that leaves elements, got ${formatShape([before, after])}`,
    );
  }
  const positions = Array.from({ length }, (_, i) => source(i - before, size, before, after));
  return x.indexSelect(axis, indexTensor(x, [length], positions));
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
  assertChoice('pad', 'mode', mode, ['constant', ...Object.keys(borders)]);
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
    result = padAxis(result, input.ndim - 1 - pair, padding[2 * pair]!, padding[2 * pair + 1]!, mode);
  }
  return result === input ? input.clone() : result;
}
