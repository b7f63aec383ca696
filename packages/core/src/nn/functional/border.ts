import { cat } from '../../combine.ts';
import { ShapeError } from '../../errors.ts';
import type { Tensor } from '../../tensor.ts';

/** What elements around a tensor are: its own as in a mirror at the outermost ones, the outermost ones, or those of the other end. */
export type BorderMode = 'reflect' | 'replicate' | 'circular';

/** The elements next to the tensor along an axis, in front (`size` of them) or behind. */
function border(x: Tensor, axis: number, size: number, mode: BorderMode, isFront: boolean): Tensor {
  const length = x.shape[axis]!;
  if (mode === 'circular') return x.narrow(axis, isFront ? length - size : 0, size);
  if (mode === 'reflect') return x.narrow(axis, isFront ? 1 : length - 1 - size, size).flip(axis);
  const outermost = x.narrow(axis, isFront ? 0 : length - 1, 1);
  return outermost.expand(x.shape.map((old, d) => (d === axis ? size : old)));
}

/**
 * A tensor with elements of its own around it along an axis.
 *
 * @throws {ShapeError} where the axis has too few elements: with `reflect` as many as are added or fewer, with `circular` fewer, with
 *   `replicate` none.
 */
export function padAxis(
  op: string,
  x: Tensor,
  axis: number,
  [before, after]: readonly [number, number],
  mode: BorderMode,
): Tensor {
  if (before === 0 && after === 0) return x;
  const length = x.shape[axis]!;
  const most = {
    reflect: length - 1,
    circular: length,
    replicate: length > 0 ? Number.POSITIVE_INFINITY : 0,
  }[mode];
  if (before > most || after > most) {
    throw new ShapeError(
      `${op}: expected a padding of at most ${Math.max(most, 0)} for ${length} elements in mode ${mode}, got [${before}, ${after}]`,
    );
  }
  return cat([border(x, axis, before, mode, true), x, border(x, axis, after, mode, false)], axis);
}
